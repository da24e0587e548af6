import Foundation
import Orchestrator
import RunModel
import Testing

/// A task file among the fixtures, in one of the shapes people write.
enum TaskFileFixture: String, CaseIterable, CustomTestStringConvertible {
    case appendRows = "append-rows"
    case bareNames = "bare-names"
    case bodyAgents = "body-agents"
    case broken
    case bulletAgents = "bullet-agents"
    case callPrompts = "call-prompts"
    case callsOnly = "calls-only"
    case fencePrompts = "fence-prompts"
    case frontMatter = "front-matter"
    case none
    case ownerTable = "owner-table"
    case plainSections = "plain-sections"
    case underlinedTitles = "underlined-titles"
    case waves

    var testDescription: String { rawValue }

    /// The name findings show.
    var file: String { rawValue + ".md" }

    func bytes() throws -> [UInt8] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return Array(try Data(contentsOf: folder.appending(path: "Fixtures/TaskFiles/\(file)")))
    }

    func plan(options: PlannerOptions = PlannerOptions()) throws -> Plan {
        Planner.plan(source: try bytes(), file: file, options: options)
    }
}
