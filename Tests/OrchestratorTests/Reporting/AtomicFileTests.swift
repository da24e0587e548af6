import Foundation
import TestSupport
import Testing

@testable import Orchestrator

@Suite("Atomic files")
struct AtomicFileTests {
    @Test("A file is made with its folders, and replaced whole")
    func replaces() throws {
        try withTemporaryFolder { folder in
            try AtomicFile.write("long first text", to: folder.appending("a/b/c.txt"))
            try AtomicFile.write("second", to: folder.appending("a/b/c.txt"))
            let (text, names) = (try folder.read("a/b/c.txt"), try folder.list("a/b"))
            #expect(text == "second")
            #expect(names == ["c.txt"])
        }
    }

    @Test("A replaced file keeps its permissions")
    func keepsPermissions() throws {
        try withTemporaryFolder { folder in
            let path = try folder.write("old", to: "run.sh", isExecutable: true)
            try AtomicFile.write("new", to: path)
            #expect(FileManager.default.isExecutableFile(atPath: path))
        }
    }

    @Test("A reader never sees a part, however often the file is replaced", .timeLimit(.minutes(10)))
    func isNeverTorn() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("file")
            let texts = ["a", "b"].map { String(repeating: $0, count: 100_000) }
            try AtomicFile.write(texts[0], to: path)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for text in texts {
                    group.addTask { for _ in 0..<20 { try AtomicFile.write(text, to: path) } }
                }
                group.addTask {
                    for _ in 0..<200 {
                        let seen = try folder.read("file")
                        #expect(seen == texts[0] || seen == texts[1])
                    }
                }
                try await group.waitForAll()
            }
            let names = try folder.list()
            #expect(names == ["file"])
        }
    }

    @Test("A file that cannot be written is named with the reason, and nothing is left behind")
    func failureIsTold() throws {
        try withTemporaryFolder { folder in
            try folder.write("", to: "taken/inner")
            let error = try #require(throws: ReportingError.self) {
                try AtomicFile.write("x", to: folder.appending("taken"))
            }
            let names = try folder.list()
            #expect(error.code == .cannotWrite)
            #expect(error.message == "The file '\(folder.appending("taken"))' cannot be written: Is a directory.")
            #expect(names == ["taken"])
        }
    }
}
