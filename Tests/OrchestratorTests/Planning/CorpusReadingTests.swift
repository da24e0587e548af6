import Foundation
import Orchestrator
import RunModel
import Testing

private let corpusFolder = ProcessInfo.processInfo.environment["SWITCHYARD_CORPUS"]

/// What a person reads in the real task files, when a folder of them is at hand.
@Suite("Real task files", .enabled(if: corpusFolder != nil))
struct CorpusReadingTests {
    struct Facts: Sendable, CustomTestStringConvertible {
        var file: String
        var label: String
        var agents: [String]
        var order: [String]
        var waves: [[String]]
        var push: String?
        var collect: [String] = []
        var verify: Int
        var hasReport: Bool
        /// Paths of agents, in order.
        var owns: [String: [String]]
        var testDescription: String { file }
    }

    static let facts: [Facts] = [
        Facts(
            file: "qs9-t1-registration.md",
            label: "QS9-T1",
            agents: ["A", "B", "C"],
            order: ["A", "B", "C"],
            waves: [["A", "B", "C"]],
            push: "origin main",
            collect: [
                "scenarios-pending-review-sprint-82-*.md>scenarios-pending-review.md",
                "CHANGELOG-sprint-82-*.md>CHANGELOG.md",
            ],
            verify: 1,
            hasReport: true,
            owns: [
                "A": ["src/server.py", "scenarios-pending-review-sprint-82-a.md", "CHANGELOG-sprint-82-a.md"],
                "C": [
                    "scripts/prod_gate.py", "scenarios-pending-review-sprint-82-c.md", "CHANGELOG-sprint-82-c.md",
                    "tests/test_prod_gate_ratchet.py",
                ],
            ]
        ),
        Facts(
            file: "qs9-t3-scaling.md",
            label: "QS9-T3",
            agents: ["A", "B", "C", "D"],
            order: ["A", "B", "C", "D"],
            waves: [["A", "B", "C", "D"]],
            push: "origin main",
            collect: [
                "scenarios-pending-review-qs9-t3-*.md>scenarios-pending-review.md",
                "CHANGELOG-qs9-t3-*.md>CHANGELOG.md",
            ],
            verify: 0,
            hasReport: true,
            owns: [
                "B": [
                    "web/app.py", "scenarios-pending-review-qs9-t3-b.md", "CHANGELOG-qs9-t3-b.md",
                    "tests/test_cache_headers.py",
                ],
                "D": [
                    "scripts/load_test.py", "docs/SCALING.md", "scenarios-pending-review-qs9-t3-d.md",
                    "CHANGELOG-qs9-t3-d.md",
                ],
            ]
        ),
        Facts(
            file: "sprint-82-ui-integration.md",
            label: "Sprint 82",
            agents: ["A", "B", "C", "D"],
            order: ["D", "A", "B", "C"],
            waves: [["A", "B", "C", "D"]],
            push: "origin main",
            collect: [
                "scenarios-pending-review-sprint-82-*.md>scenarios-pending-review.md",
                "CHANGELOG-sprint-82-*.md>CHANGELOG.md",
            ],
            verify: 0,
            hasReport: true,
            owns: [
                "C": [
                    "web/templates/brief.html", "web/templates/fragments/pipeline_stats.html",
                    "scenarios-pending-review-sprint-82-c.md",
                    "CHANGELOG-sprint-82-c.md", "tests/test_sprint_82_c.py",
                ]
            ]
        ),
        Facts(
            file: "qs10-t3-intelligence-ui.md",
            label: "QS10-T3",
            agents: ["3A", "3B", "3C", "3D"],
            order: ["3A", "3B", "3C", "3D"],
            waves: [["3A"], ["3B"], ["3C"], ["3D"]],
            push: "origin main",
            collect: ["scenarios-t3-sprint88.md>scenarios-pending-review.md", "CHANGELOG-t3-sprint88.md>CHANGELOG.md"],
            verify: 9,
            hasReport: false,
            owns: [
                "3D": [
                    "web/templates/tools/cost_of_delay.html", "tests/test_cost_of_delay_ui.py", "web/routes_search.py",
                    "scenarios-t3-sprint88.md", "CHANGELOG-t3-sprint88.md",
                ]
            ]
        ),
        Facts(
            file: "qs11-t1-landing-showcase.md",
            label: "QS11-T1",
            agents: ["1A", "1B", "1C", "1D"],
            order: ["1A", "1B", "1C", "1D"],
            waves: [["1A"], ["1B", "1C"], ["1D"]],
            push: "origin main",
            verify: 2,
            hasReport: false,
            owns: [
                "1D": [
                    "web/templates/landing.html", "web/routes_public.py", "tests/test_landing_showcases.py",
                    "scenarios-t1-sprint90.md",
                    "CHANGELOG-t1-sprint90.md",
                ]
            ]
        ),
        Facts(
            file: "qs12-t1-showcase-redesign.md",
            label: "QS12-T1",
            agents: ["1A", "1B", "1C", "1D"],
            order: ["1A", "1B", "1C", "1D"],
            waves: [["1A"], ["1B", "1C"], ["1D"]],
            push: "origin main",
            verify: 2,
            hasReport: false,
            owns: [
                "1B": [
                    "web/templates/components/showcase_stuck.html", "web/static/css/showcase-stuck.css",
                    "tests/test_showcase_stuck_redesign.py", "scenarios-t1-sprint94.md", "CHANGELOG-t1-sprint94.md",
                ]
            ]
        ),
        Facts(
            file: "qs13-t1-honeypot.md",
            label: "QS13-T1",
            agents: ["1A", "1B", "1C"],
            order: ["1A", "1B", "1C"],
            waves: [["1A"], ["1B", "1C"]],
            push: "origin HEAD",
            verify: 1,
            hasReport: false,
            owns: ["1B": ["web/static/js/honeypot.js", "web/templates/landing.html", "tests/test_honeypot_js.py"]]
        ),
        Facts(
            file: "qs14-t3-landing.md",
            label: "QS14-T3",
            agents: ["T3-A", "T3-B", "T3-C", "T3-D"],
            order: ["T3-A", "T3-B", "T3-C", "T3-D"],
            waves: [["T3-A", "T3-B", "T3-C", "T3-D"]],
            push: "origin qs14-t3",
            verify: 0,
            hasReport: false,
            owns: [
                "T3-B": ["scripts/refresh_showcase.py", "web/static/data/showcase_data.json", "web/routes_public.py"],
                "T3-D": ["web/templates/admin_home.html", "web/routes_admin.py"],
            ]
        ),
    ]

    @Test("A real task file reads as a person reads it", arguments: facts)
    func reading(facts: Facts) throws {
        let folder = try #require(corpusFolder)
        let data = try Data(contentsOf: URL(filePath: folder).appending(path: "task-files/\(facts.file)"))
        let plan = Planner.plan(source: Array(data), file: facts.file)
        #expect(plan.label == facts.label)
        #expect(plan.assignments.map(\.id.rawValue) == facts.agents)
        #expect(plan.mergeOrder.map(\.rawValue) == facts.order)
        #expect(plan.waves.map { $0.agents.map(\.rawValue) } == facts.waves)
        #expect(plan.push.map { "\($0.remote) \($0.branch)" } == facts.push)
        #expect(plan.collect.map { "\($0.pattern)>\($0.target)" } == facts.collect)
        #expect(plan.verify.count == facts.verify)
        #expect((plan.reportTemplate != nil) == facts.hasReport)
        #expect(plan.findings.isEmpty)
        for (agent, paths) in facts.owns {
            #expect(plan[AgentID(agent)]?.ownership.owned.map(\.pattern.description) == paths)
        }
        for assignment in plan.assignments {
            #expect(String(decoding: data, as: UTF8.self).contains(assignment.prompt))
        }
    }
}
