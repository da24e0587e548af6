import Foundation
import Orchestrator
import RunModel
import TestSupport
import Testing

@Suite("Journal")
struct JournalTests {
    @Test("What is appended is read back in order, numbered without gaps")
    func roundTrip() throws {
        try withTemporaryFolder { folder in
            let journal = try Journal.open(folder.appending("journal.ndjson"))
            for state in [RunState.planned, .preparing, .running] { try journal.append(.stateChanged(state)) }
            let read = try Journal.load(journal.path).entries
            #expect(read.map(\.sequence) == [1, 2, 3])
            #expect(read.map(\.fact) == [.stateChanged(.planned), .stateChanged(.preparing), .stateChanged(.running)])
            #expect(RunRecord(read) == journal.record)
        }
    }

    @Test("Every kind of fact survives encoding", arguments: FactSamples.all)
    func everyFact(fact: RunFact) throws {
        let entry = JournalEntry(sequence: 7, time: Date(timeIntervalSince1970: 1_700_000_000), fact: fact)
        let data = try JSONText.encode(entry)
        #expect(!data.contains(10), "a fact is one line")
        #expect(try JSONText.decode(JournalEntry.self, from: data) == entry)
    }

    @Test("A line torn by a crash at any byte is cut off, and the next fact follows the last whole one")
    func tornTail() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("journal.ndjson")
            try Journal.open(path).append(.stateChanged(.planned))
            let whole = try Data(contentsOf: URL(filePath: path))
            let next = try JSONText.encode(
                JournalEntry(sequence: 2, time: Date(timeIntervalSince1970: 0), fact: .stateChanged(.preparing))
            )
            for length in 1...next.count {
                try (whole + next.prefix(length)).write(to: URL(filePath: path))
                let journal = try Journal.open(path)
                #expect(journal.record.lastSequence == 1, "torn after \(length) bytes")
                try journal.append(.stateChanged(.cancelled))
                #expect(try Journal.load(path).entries.map(\.sequence) == [1, 2])
            }
        }
    }

    @Test("A damaged line in the middle is an error that names the line, and the file stays as it was")
    func damagedLine() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("journal.ndjson")
            try Journal.open(path).append(.stateChanged(.planned))
            let handle = try FileHandle(forWritingTo: URL(filePath: path))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("not json\n".utf8))
            try handle.close()
            let before = try Data(contentsOf: URL(filePath: path))
            let error = #expect(throws: OrchestratorError.self) { try Journal.open(path) }
            #expect(error?.code == .journalDamaged)
            #expect(error?.message.contains("Line 2") == true)
            #expect(try Data(contentsOf: URL(filePath: path)) == before)
        }
    }

    @Test("A journal of a newer schema is refused")
    func newerSchema() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("journal.ndjson")
            var entry = JournalEntry(sequence: 1, time: Date(timeIntervalSince1970: 0), fact: .stateChanged(.planned))
            entry.schema = JournalEntry.currentSchema + 1
            try (JSONText.encode(entry) + Data([10])).write(to: URL(filePath: path))
            let error = #expect(throws: OrchestratorError.self) { try Journal.open(path) }
            #expect(error?.code == .journalIsNewer)
        }
    }
}
