import RunModel

/// Builds one plan, step by step; each step adds to the plan and to its findings.
struct PlanBuilder {
    let taskFile: TaskFile
    let options: PlannerOptions
    var plan: Plan
    var joins: [OwnershipJoin] = []
    let ids: [String]
    /// Findings after this many are left out: a broken file can have one for each line.
    static let findingLimit = 200

    init(_ taskFile: TaskFile, options: PlannerOptions) {
        self.taskFile = taskFile
        self.options = options
        ids = taskFile.agents.map(\.id)
        plan = Plan(title: taskFile.title, label: taskFile.label, file: taskFile.file, findings: taskFile.findings)
    }

    mutating func build() -> Plan {
        let matter = taskFile.frontMatter
        plan.base = matter.base ?? taskFile.base
        plan.maxParallel = matter.maxParallel
        plan.sharedContext = taskFile.sharedContext
        plan.preflight = taskFile.preflight
        plan.reportTemplate = taskFile.reportTemplate
        plan.readOnly = unique(taskFile.readOnly.map { PathShape.pattern($0.path) })
        plan.collect = taskFile.merge.collect
        plan.append = unique(matter.append + taskFile.merge.append)
        plan.verify = matter.verify.isEmpty ? taskFile.merge.verify : matter.verify
        plan.verifySetup = matter.verify.isEmpty ? taskFile.merge.verifySetup : []
        decidePush()
        checkAgents()
        joinOwnership()
        plan.assignments = taskFile.agents.indices.map(assignment)
        applyFrontMatterAgents()
        resolveDependencies()
        resolveMergeOrder()
        planWaves()
        checkOwnership()
        checkAssignments()
        plan.findings.sort { ($0.line, $0.column) < ($1.line, $1.column) }
        limitFindings()
        return plan
    }

    mutating func report(_ finding: Finding) {
        plan.findings.append(finding)
    }

    func unique<Value: Hashable>(_ values: [Value]) -> [Value] {
        var seen: Set<Value> = []
        return values.filter { seen.insert($0).inserted }
    }

    private mutating func decidePush() {
        switch taskFile.frontMatter.push {
        case .unsaid: plan.push = taskFile.merge.push
        case .never: plan.push = nil
        case .target(let target): plan.push = target
        }
        if taskFile.merge.isPushForced {
            report(
                Finding(
                    .warning,
                    "push-forced",
                    "the task file pushes with force; only fast-forward pushes are made",
                    line: taskFile.merge.pushLine,
                    column: 1,
                    hint: "remove the force option"
                )
            )
        }
    }

    // MARK: Agents

    private mutating func checkAgents() {
        if ids.isEmpty {
            report(
                Finding(
                    .error,
                    "no-agents",
                    "`\(taskFile.file)` defines no agents",
                    line: 1,
                    column: 1,
                    hint:
                        "looked for headings such as `### Agent A: Title`, `## Agent 1A Prompt - Title` or `## Launch Agent A`, for "
                        + "headings that start with an owner of a file-ownership table, and for `Task(...)` or `Agent(...)` calls with a prompt"
                )
            )
        }
        var slugs: [String: String] = [:]
        for agent in taskFile.agents {
            let slug = AgentID(agent.id).slug
            if let other = slugs[slug] {
                report(
                    Finding(
                        .error,
                        "duplicate-agent",
                        "agents `\(other)` and `\(agent.id)` would share the branch name `\(slug)`",
                        line: agent.line,
                        column: agent.column,
                        hint: "rename one of them"
                    )
                )
            }
            slugs[slug] = agent.id
        }
    }

    private func assignment(_ index: Int) -> Assignment {
        let agent = taskFile.agents[index]
        let parts = agent.parts
        let matter = taskFile.frontMatter
        let row = rows(of: agent.id).first { $0.title != nil }
        let model = rows(of: agent.id).compactMap(\.model).first
        var title = agent.title.isEmpty ? row?.title ?? "" : agent.title
        if title.isEmpty { title = "Agent \(agent.id)" }
        let tests = tests(agent)
        return Assignment(
            id: AgentID(agent.id),
            title: title,
            engine: parts.engine ?? rows(of: agent.id).compactMap(\.engine).first ?? matter.engine
                ?? options.defaultEngine,
            model: parts.model ?? model ?? matter.model ?? taskFile.model,
            isolation: parts.isolation ?? rows(of: agent.id).compactMap(\.isolation).first ?? taskFile.isolation,
            prompt: agent.prompt,
            ownership: Ownership(owned: joins[index].owned, forbidden: forbidden(index)),
            reads: unique((parts.reads + taskFile.shared.reads).map { PathShape.pattern($0.path).description }),
            outputs: outputs(agent),
            tests: tests.commands,
            testSetup: tests.setup,
            commitMessage: parts.commitMessage,
            scripts: parts.scripts,
            timeout: matter.timeout,
            line: agent.line
        )
    }

    func rows(of id: String) -> [OwnershipTable.Row] {
        taskFile.rows.filter { row in row.owners.contains { owner in AgentMatch.find(owner, in: ids) == id } }
    }

    /// The agent's own commands first, then those of its steps and its row, then the command given for all.
    private func tests(_ agent: TaskAgent) -> (commands: [String], setup: [String]) {
        let parts = agent.parts
        if !parts.tests.isEmpty { return (parts.tests, parts.testSetup) }
        if !parts.stepTests.isEmpty { return (unique(parts.stepTests), []) }
        if !parts.testCommands.isEmpty { return (unique(parts.testCommands), parts.testSetup) }
        let rows = rows(of: agent.id).flatMap(\.tests)
        if !rows.isEmpty { return (unique(rows), []) }
        let shared = taskFile.shared
        if !shared.testCommands.isEmpty { return (unique(shared.testCommands), shared.testSetup) }
        return (shared.tests, shared.testSetup)
    }

    private mutating func applyFrontMatterAgents() {
        for settings in taskFile.frontMatter.agents {
            guard let id = AgentMatch.find(settings.id, in: ids), let index = ids.firstIndex(of: id) else {
                report(unknownAgent(settings.id, line: settings.line, column: 1, where: "the front matter"))
                continue
            }
            plan.assignments[index].engine = settings.engine ?? plan.assignments[index].engine
            plan.assignments[index].model = settings.model ?? plan.assignments[index].model
            plan.assignments[index].timeout = settings.timeout ?? plan.assignments[index].timeout
            plan.assignments[index].environment = settings.environment
        }
        for index in plan.assignments.indices
        where plan.assignments[index].engine == "script" && plan.assignments[index].scripts.isEmpty {
            plan.assignments[index].scripts = taskFile.agents[index].parts.otherScripts
        }
    }

    func unknownAgent(_ name: String, line: Int, column: Int, where place: String) -> Finding {
        let known =
            ids.isEmpty ? "the file defines no agents" : "the agents are: \(ids.prefix(12).joined(separator: ", "))"
        let hint = Spelling.nearest(to: name, among: ids).map { "did you mean `\($0)`?" } ?? known
        return Finding(
            .error,
            "unknown-agent",
            "\(place) names `\(name)`, which is no agent of this file",
            line: line,
            column: column,
            hint: hint
        )
    }

    private mutating func limitFindings() {
        guard plan.findings.count > Self.findingLimit else { return }
        let rest = plan.findings.count - Self.findingLimit
        // Errors stop the run, so none may be lost behind warnings.
        let errors = plan.findings.filter { $0.severity == .error }.prefix(Self.findingLimit)
        let others = plan.findings.filter { $0.severity != .error }.prefix(Self.findingLimit - errors.count)
        plan.findings = (errors + others).sorted { ($0.line, $0.column) < ($1.line, $1.column) }
        report(Finding(.note, "more-findings", "\(rest) more findings are not shown"))
    }
}
