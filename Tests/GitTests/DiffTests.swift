import Git
import TestSupport
import Testing

@Suite("Differences between trees")
struct DiffTests {
    @Test("Paths, modes, ids and status equal git diff --raw", arguments: SeededRandom.seeds(15))
    func raw(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        try withTemporaryRepository { repository in
            var tree = GeneratedTree(files: 15, random: &random)
            let before = try tree.commit(to: repository, "before")
            tree.mutate(10, random: &random)
            let after = try tree.commit(to: repository, "after")
            let ours = try repository.open().changes(from: before, to: after).map(Self.row)
            let text = try repository.git(
                "diff-tree",
                "-r",
                "-z",
                "--raw",
                "--no-renames",
                "--no-abbrev",
                before.hex,
                after.hex
            )
            let fields = text.split(separator: "\0").map(String.init)
            let theirs = stride(from: 0, to: fields.count - 1, by: 2).map { fields[$0] + "\t" + fields[$0 + 1] }
            #expect(ours.sorted() == theirs.sorted(), "\(random)")
        }
    }

    private static func row(_ change: Change) -> String {
        let letter =
            switch change.status {
            case .added: "A"
            case .deleted: "D"
            case .modified: "M"
            case .renamed: "R"
            case .typeChanged: "T"
            }
        let zeros = String(repeating: "0", count: 40)
        return ":\(change.old?.mode.octal ?? "000000") \(change.new?.mode.octal ?? "000000") "
            + "\(change.old?.oid.hex ?? zeros) \(change.new?.oid.hex ?? zeros) \(letter)\t\(change.path)"
    }

    @Test("Hunks have exact ranges, the function above them, and the added lines")
    func hunks() throws {
        try withTemporaryRepository { repository in
            let lines = ["int one()", "{", " a", " b", " c", " d", " e", "}", "int two()", "{", " f", " g", "}"]
            try repository.commit("first", files: ["a.c": lines.map { $0 + "\n" }.joined()])
            var changed = lines
            changed[11] = " G"
            changed.append("end")
            try repository.commit("second", files: ["a.c": changed.map { $0 + "\n" }.joined()])
            let handle = try repository.open()
            let change = try #require(
                handle.changes(from: handle.resolve("HEAD~1"), to: handle.resolve("HEAD"), detail: .addedLines).first
            )
            #expect(change.hunks.map(\.oldStart) == [12, 13])
            #expect(change.hunks.map(\.oldCount) == [1, 0])
            #expect(change.hunks.map(\.newStart) == [12, 14])
            #expect(change.hunks.first?.context == "int two()")
            #expect(
                change.hunks.flatMap(\.added) == [
                    AddedLine(number: 12, bytes: Array(" G".utf8)), AddedLine(number: 14, bytes: Array("end".utf8)),
                ]
            )
            #expect(change.insertions == 2)
            #expect(change.deletions == 1)
        }
    }

    @Test("A submodule, a binary file and a mode change are told apart")
    func kinds() throws {
        try withTemporaryRepository { repository in
            let base = try repository.commit("first", files: ["run": "x\n"])
            try repository.git("update-index", "--add", "--cacheinfo", "160000,\(base),sub")
            try repository.git("update-index", "--chmod=+x", "run")
            try repository.write("\0\0", to: "bin")
            try repository.git("add", "bin")
            try repository.git("commit", "--quiet", "-m", "second")
            let handle = try repository.open()
            let changes = try handle.changes(from: handle.resolve("HEAD~1"), to: handle.resolve("HEAD"), detail: .hunks)
            #expect(changes.map(\.path) == ["bin", "run", "sub"])
            #expect(changes.map(\.isBinary) == [true, false, false])
            #expect(changes.map(\.isModeChange) == [false, true, false])
            #expect(changes.map(\.isSubmodule) == [false, false, true])
        }
    }

    @Test("Joined renames have both paths; by default a rename is a deleted and an added path")
    func renames() throws {
        try withTemporaryRepository { repository in
            try repository.commit("first", files: ["old": (1...20).map { "line \($0)\n" }.joined()])
            try repository.git("mv", "old", "new")
            try repository.commit("second")
            let handle = try repository.open()
            let (from, to) = (try handle.resolve("HEAD~1"), try handle.resolve("HEAD"))
            #expect(try handle.changes(from: from, to: to).map(\.status) == [.added, .deleted])
            let joined = try handle.changes(from: from, to: to, detail: DiffDetail(joinsRenames: true))
            #expect(joined.map(\.paths) == [["old", "new"]])
        }
    }
}
