import Foundation
import RunModel
import Terminal
import TestSupport
import Testing

@testable import Commands

@Suite("Frames of the live display")
struct FrameRendererTests {
    static let scenes: [(name: String, story: RunStory)] = [
        ("working", .working()), ("one-refused", .oneRefused()), ("second-wave", .secondWave()),
        ("finished", .finished()),
    ]

    @Test("A frame shows each agent on one aligned line, at every width", arguments: [60, 80, 120])
    func frames(width: Int) {
        for scene in Self.scenes {
            let lines = Self.frame(scene.story, width: width)
            Snapshot.expect(Self.text(lines), matches: "\(scene.name)-\(width).txt", normalizing: .none)
        }
    }

    @Test("No line of a frame is wider than the window", arguments: 20...130)
    func width(width: Int) {
        for scene in Self.scenes {
            for line in Self.frame(scene.story, width: width) {
                #expect(line.width <= width, "'\(line.text)' in \(scene.name)")
            }
        }
    }

    @Test("A frame is no higher than the window, and says what it leaves out")
    func height() {
        var story = RunStory()
        let agents = (1...40).map { Assignment(id: AgentID("\($0)"), title: "Agent number \($0)") }
        let plan = Plan(
            title: "Many",
            file: "many.md",
            assignments: agents,
            waves: [Wave(agents.map(\.id))]
        )
        story.tell(
            .runCreated(
                RunCreated(
                    run: RunID("r"),
                    program: "1",
                    repository: "/r",
                    taskFile: "many.md",
                    plan: plan,
                    options: RunOptions()
                )
            )
        )
        story.tell(.waveStarted(WaveStarted(index: 0, agents: plan.waves[0].agents, base: RunStory.base)))
        story.tell(.attemptStarted(AttemptStarted(agent: AgentID("33"), attempt: 1, engine: "script")))
        let model = Self.model(story)
        for height in [10, 24] {
            let lines = FrameRenderer().frame(model, width: 80, height: height, now: story.now)
            #expect(lines.count <= height)
            #expect(lines.contains { $0.text.contains("33") && $0.text.contains("working") })
            #expect(lines.contains { $0.text.contains("more: ") })
        }
    }

    @Test("What an agent prints cannot reach the terminal as a command")
    func untrusted() {
        var story = RunStory.working()
        for evil in ["\u{1B}[2J\u{1B}[H", "\u{9B}31m", "\u{1B}]52;c;aGk=\u{7}", "\u{202E}evil", "\u{8}\u{8}\u{7}"] {
            story.say(.output(agent: AgentID("A"), stream: .standardError, line: "before\(evil)after"))
            story.say(.activity(agent: AgentID("B"), text: "do\(evil)ing"))
            for line in Self.frame(story, width: 120) {
                let text = line.rendered(isColoured: false)
                #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
                #expect(!text.unicodeScalars.contains("\u{202E}"))
            }
        }
    }

    @Test("Without Unicode a frame is pure ASCII where titles are")
    func ascii() {
        let story = RunStory.oneRefused()
        let lines = FrameRenderer(signs: .ascii).frame(Self.model(story), width: 80, now: story.now)
        Snapshot.expect(Self.text(lines), matches: "ascii-80.txt", normalizing: .none)
    }

    @Test("The end of a run is told in a few lines")
    func summary() {
        let lines = RunSummaryLines(width: 80).lines(Self.model(.finished()))
        Snapshot.expect(Self.text(lines), matches: "summary.txt", normalizing: .none)
    }

    static func model(_ story: RunStory) -> ProgressModel {
        var model = ProgressModel()
        for news in story.news { model.apply(news) }
        return model
    }

    static func frame(_ story: RunStory, width: Int) -> [StyledText] {
        FrameRenderer().frame(model(story), width: width, now: story.now)
    }

    static func text(_ lines: [StyledText]) -> String {
        lines.map { $0.rendered(isColoured: false) + "\n" }.joined()
    }
}
