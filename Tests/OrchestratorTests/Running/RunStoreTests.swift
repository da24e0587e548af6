import Foundation
import Orchestrator
import RunModel
import TestSupport
import Testing

@Suite("Run store")
struct RunStoreTests {
    @Test("Runs are listed newest first, also those of one minute, whatever their names")
    func order() throws {
        try withTemporaryFolder { folder in
            let store = RunStore(state: folder.path)
            let start = Date(timeIntervalSince1970: 1_780_000_020)
            let labels = ["b", "c", "a", "old", "new"]
            let runs = zip(labels, [0, 1, 30, -120, 600]).map { label, seconds in
                let now = start + Double(seconds)
                return (RunID.make(label: label, now: now, random: 7), now)
            }
            for (run, now) in runs {
                try FileManager.default.createDirectory(
                    atPath: store.folder(run).path,
                    withIntermediateDirectories: true
                )
                try Journal.open(store.folder(run).journal) { now }.append(.stateChanged(.planned))
            }
            #expect(store.list() == [4, 2, 1, 0, 3].map { runs[$0].0 })
            #expect(try store.require("latest") == runs[4].0)
            // A run whose journal cannot be read is listed all the same.
            try folder.write("{", to: "runs/\(runs[1].0)/journal.ndjson")
            #expect(store.list() == [4, 2, 0, 1, 3].map { runs[$0].0 })
        }
    }
}
