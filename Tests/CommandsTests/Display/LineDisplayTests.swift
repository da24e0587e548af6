import Foundation
import RunModel
import Terminal
import TestSupport
import Testing

@testable import Commands

@Suite("Displays that only add lines")
struct LineDisplayTests {
    @Test("The plain display tells a run in one line per change")
    func plain() {
        var renderer = PlainRenderer()
        let lines = RunStory.finished().news.flatMap { renderer.lines(for: $0) }
        Snapshot.expect(FrameRendererTests.text(lines), matches: "plain.txt", normalizing: .none)
    }

    @Test("Each line of the JSON display is an object; facts come back as they stand in the journal")
    func json() throws {
        for news in RunStory.finished().news {
            let line = try ProgressRecord(news, at: RunStory.start).line()
            #expect(!line.contains("\n"))
            let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            switch news {
            case .fact(let entry):
                let decoded = try JSONText.decode(JournalEntry.self, from: Data(line.utf8))
                #expect(decoded == entry)
                #expect(Set(object.keys) == ["schema", "sequence", "time", "fact"])
            case .output: #expect(Set(object.keys) == ["output", "time"])
            case .usage: #expect(Set(object.keys) == ["usage", "time"])
            case .activity: #expect(Set(object.keys) == ["activity", "time"])
            }
        }
    }

    @Test("Records of output, usage and activity have sorted keys")
    func records() throws {
        let story = RunStory.working()
        let lines = try story.news.suffix(4).map { try ProgressRecord($0, at: RunStory.start).line() }
        Snapshot.expect(lines.joined(separator: "\n") + "\n", matches: "records.jsonl")
    }

    @Test("Auto shows a live picture on a terminal and plain lines elsewhere")
    func auto() {
        let terminal = TerminalTraits(isTerminal: true, isColoured: true, isUnicode: true)
        let file = TerminalTraits(isTerminal: false, isColoured: false, isUnicode: true)
        #expect(ProgressDisplay.Kind(setting: "auto", talkTraits: terminal) == .tty)
        #expect(ProgressDisplay.Kind(setting: "auto", talkTraits: file) == .plain)
        #expect(ProgressDisplay.Kind(setting: "quiet", talkTraits: terminal) == .quiet)
    }
}
