package import RunModel

/// A plan as `switchyard plan --json` prints it: a stable set of keys, each always present, `null` where it has no value.
package struct PlanDocument: Encodable, Sendable {
    private let plan: Plan

    package init(_ plan: Plan) {
        self.plan = plan
    }

    private enum Key: String, CodingKey {
        case title, label, file, base, agents, mergeOrder, collect, append, verify, push, reportTemplate, readOnly
        case preflight, maxParallel, sharedContext, verifySetup, waves, findings
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(plan.title, forKey: .title)
        try container.encode(plan.label, forKey: .label)
        try container.encode(plan.file, forKey: .file)
        try container.encode(plan.base, forKey: .base)
        try container.encode(plan.assignments.map(AgentDocument.init), forKey: .agents)
        try container.encode(plan.mergeOrder, forKey: .mergeOrder)
        try container.encode(plan.collect.map(CollectDocument.init), forKey: .collect)
        try container.encode(plan.append, forKey: .append)
        try container.encode(plan.verify, forKey: .verify)
        try container.encode(plan.push, forKey: .push)
        try container.encode(plan.reportTemplate, forKey: .reportTemplate)
        try container.encode(plan.readOnly.map(\.description), forKey: .readOnly)
        try container.encode(plan.preflight, forKey: .preflight)
        try container.encode(plan.maxParallel, forKey: .maxParallel)
        try container.encode(plan.sharedContext, forKey: .sharedContext)
        try container.encode(plan.verifySetup, forKey: .verifySetup)
        try container.encode(plan.waves.map(\.agents), forKey: .waves)
        try container.encode(plan.findings.map(FindingDocument.init), forKey: .findings)
    }
}

/// One agent of a printed plan.
private struct AgentDocument: Encodable {
    let assignment: Assignment

    private enum Key: String, CodingKey {
        case id, title, engine, model, isolation, prompt, owns, forbidden, reads, outputs, tests, testSetup
        case commitMessage, mergeMessage, dependsOn, scripts, line
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(assignment.id, forKey: .id)
        try container.encode(assignment.title, forKey: .title)
        try container.encode(assignment.engine, forKey: .engine)
        try container.encode(assignment.model, forKey: .model)
        try container.encode(assignment.isolation, forKey: .isolation)
        try container.encode(assignment.prompt, forKey: .prompt)
        try container.encode(assignment.ownership.owned.map(OwnedDocument.init), forKey: .owns)
        try container.encode(assignment.ownership.forbidden.map(\.description), forKey: .forbidden)
        try container.encode(assignment.reads, forKey: .reads)
        try container.encode(assignment.outputs, forKey: .outputs)
        try container.encode(assignment.tests, forKey: .tests)
        try container.encode(assignment.testSetup, forKey: .testSetup)
        try container.encode(assignment.commitMessage, forKey: .commitMessage)
        try container.encode(assignment.mergeMessage, forKey: .mergeMessage)
        try container.encode(assignment.dependsOn, forKey: .dependsOn)
        try container.encode(assignment.scripts, forKey: .scripts)
        try container.encode(assignment.line, forKey: .line)
    }
}

/// One owned path of a printed plan.
private struct OwnedDocument: Encodable {
    let owned: OwnedPath

    private enum Key: String, CodingKey {
        case path, kind, isNew, region, line
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(owned.pattern.description, forKey: .path)
        try container.encode(owned.pattern.kind, forKey: .kind)
        try container.encode(owned.isNew, forKey: .isNew)
        try container.encode(owned.region, forKey: .region)
        try container.encode(owned.line, forKey: .line)
    }
}

/// One collect rule of a printed plan.
private struct CollectDocument: Encodable {
    let pattern: String
    let target: String
    let removesSources: Bool

    init(_ rule: CollectRule) {
        pattern = rule.pattern
        target = rule.target
        removesSources = rule.removesSources
    }
}

/// One finding of a printed plan.
private struct FindingDocument: Encodable {
    let finding: Finding

    private enum Key: String, CodingKey {
        case severity, code, message, line, column, hint
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(finding.severity, forKey: .severity)
        try container.encode(finding.code, forKey: .code)
        try container.encode(finding.message, forKey: .message)
        try container.encode(finding.line, forKey: .line)
        try container.encode(finding.column, forKey: .column)
        try container.encode(finding.hint, forKey: .hint)
    }
}
