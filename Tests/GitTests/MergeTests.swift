import Foundation
import Git
import TestSupport
import Testing

@Suite("Merging in memory")
struct MergeTests {
    @Test(
        "The result is that of git merge: the same tree, or a conflict on both sides",
        arguments: SeededRandom.seeds(60)
    )
    func equalsGit(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        try withTemporaryRepository { repository in
            // As git does by default.
            try repository.git("config", "merge.directoryRenames", "conflict")
            let base = GeneratedTree(files: 14, random: &random)
            _ = try base.commit(to: repository, "base")
            try repository.git("branch", "start")
            var (left, right) = (base, base)
            left.startLines(at: 10_000)
            right.startLines(at: 20_000)
            left.mutate(random.int(in: 1...5), random: &random)
            right.mutate(random.int(in: 1...5), random: &random)
            let ours = try left.commit(to: repository, "ours")
            try repository.git("checkout", "--quiet", "-b", "side", "start")
            let theirs = try right.commit(to: repository, "theirs")
            let expected = try repository.tryGit("merge-tree", "--write-tree", "-z", ours.hex, theirs.hex)
            let tree = expected.standardOutput.prefix(40)
            switch try repository.open().mergeCommits(ours: ours, theirs: theirs) {
            case .clean(let merged):
                #expect(expected.status == 0, "\(random): git finds a conflict: \(expected.standardOutput)")
                #expect(merged.hex == tree, "\(random)")
            case .conflicted(let paths):
                #expect(expected.status == 1, "\(random): git merges cleanly, we conflict in \(paths)")
            }
        }
    }

    private func merge(
        base: [String: String],
        ours: [String: String],
        theirs: [String: String],
        removing: (ours: [String], theirs: [String]) = ([], []),
        isUnion: (GitPath) -> Bool = { _ in false },
        check: (borrowing Repository, MergeResult) throws -> Void
    ) throws {
        try withTemporaryRepository { repository in
            try repository.commit("base", files: base)
            let left = try repository.branch("left", files: ours, removing: removing.ours)
            let right = try repository.branch("right", files: theirs, removing: removing.theirs)
            let handle = try repository.open()
            let result = try handle.mergeCommits(
                ours: OID(hex: left),
                theirs: OID(hex: right),
                labels: MergeLabels(ours: "left", theirs: "right"),
                isUnion: isUnion
            )
            try check(handle, result)
        }
    }

    private func text(_ path: GitPath, _ result: MergeResult, _ handle: borrowing Repository) throws -> String {
        guard case .clean(let tree) = result else { return "conflict: \(result)" }
        return String(decoding: try handle.contents(of: path, in: tree) ?? [], as: UTF8.self)
    }

    @Test("Two appends to a union file are kept both, ours first")
    func union() throws {
        try merge(
            base: ["LOG": "start\n"],
            ours: ["LOG": "start\nleft\ncommon\n"],
            theirs: ["LOG": "start\nright\ncommon\n"],
            isUnion: { $0 == "LOG" }
        ) { handle, result in
            let log = try text("LOG", result, handle)
            #expect(log == "start\nleft\nright\ncommon\n")
        }
    }

    @Test("A union file without a last line feed does not glue lines together")
    func unionWithoutNewline() throws {
        try merge(
            base: ["LOG": "start"],
            ours: ["LOG": "start\nleft"],
            theirs: ["LOG": "start\nright"],
            isUnion: { $0 == "LOG" }
        ) { handle, result in
            let lines = try text("LOG", result, handle).split(separator: "\n")
            #expect(lines == ["start", "left", "right"])
        }
    }

    @Test("A union file both sides created holds the lines of both")
    func unionAdded() throws {
        try merge(
            base: ["a": "1\n"],
            ours: ["LOG": "left\n"],
            theirs: ["LOG": "right\n"],
            isUnion: { $0 == "LOG" }
        ) { handle, result in
            let log = try text("LOG", result, handle)
            #expect(log == "left\nright\n")
        }
    }

    @Test("Union helps only its own path: another conflict in the same merge stands")
    func unionBesideConflict() throws {
        try merge(
            base: ["LOG": "start\n", "a": "1\n"],
            ours: ["LOG": "start\nleft\n", "a": "2\n"],
            theirs: ["LOG": "start\nright\n", "a": "3\n"],
            isUnion: { $0 == "LOG" }
        ) { _, result in
            guard case .conflicted(let conflicts) = result else {
                Issue.record("merged: \(result)")
                return
            }
            #expect(conflicts.map(\.path) == ["a"])
        }
    }

    @Test("A content conflict shows its lines in diff3 style with the sides' names")
    func content() throws {
        try merge(base: ["a": "x\n1\ny\n"], ours: ["a": "x\n2\ny\n"], theirs: ["a": "x\n3\ny\n"]) { _, result in
            guard case .conflicted(let conflicts) = result, let conflict = conflicts.first else {
                Issue.record("merged: \(result)")
                return
            }
            #expect(conflict.kind == .content)
            #expect(conflict.hunks == ["<<<<<<< left\n2\n||||||| base\n1\n=======\n3\n>>>>>>> right"])
        }
    }

    @Test("Deleting what the other side changed, and adding different files, are named as such")
    func kinds() throws {
        try merge(
            base: ["a": "1\n"],
            ours: ["new": "l\n"],
            theirs: ["a": "2\n", "new": "r\n"],
            removing: (["a"], [])
        ) { _, result in
            guard case .conflicted(let conflicts) = result else {
                Issue.record("merged: \(result)")
                return
            }
            #expect(conflicts.map(\.path) == ["a", "new"])
            #expect(conflicts.map(\.kind) == [.modifyDelete, .addAdd])
        }
    }

    @Test("A file added to a folder that the other side renamed conflicts, as git has it", arguments: [true, false])
    func folderRenamed(isRenamedByOurs: Bool) throws {
        let base = ["old/a.txt": "one\ntwo\n", "old/deep/b.txt": "three\nfour\n", "x.txt": "x\n"]
        let renamed = ["new/a.txt": "one\ntwo\n", "new/deep/b.txt": "three\nfour\n"]
        let gone = ["old/a.txt", "old/deep/b.txt"]
        for name in ["old/c.txt", "old/deep/c.txt", "old/other/c.txt"] {
            try merge(
                base: base,
                ours: isRenamedByOurs ? renamed : [name: "c\n"],
                theirs: isRenamedByOurs ? [name: "c\n"] : renamed,
                removing: isRenamedByOurs ? (gone, []) : ([], gone)
            ) { _, result in
                guard case .conflicted(let paths) = result else {
                    Issue.record("\(name) was left alone in the old folder")
                    return
                }
                #expect(paths.map(\.path.description) == [name])
                #expect(paths.map(\.kind) == [.location])
                let folder = name == "old/deep/c.txt" ? "deep" : ""
                let renamer = isRenamedByOurs ? "left" : "right"
                let text = "which \(renamer) renamed to 'new\(folder.isEmpty ? "" : "/" + folder)'"
                #expect(paths.first?.hunks.first?.contains(text) == true, "\(paths)")
            }
        }
    }

    @Test("A file added to a folder that the other side deleted, or emptied into two places, stays where it is")
    func folderDeleted() throws {
        let base = ["old/a.txt": "one\ntwo\n", "old/b.txt": "three\nfour\n", "x.txt": "x\n"]
        for ours in [[:], ["one/a.txt": "one\ntwo\n", "two/b.txt": "three\nfour\n"]] as [[String: String]] {
            try merge(base: base, ours: ours, theirs: ["old/c.txt": "c\n"], removing: (["old/a.txt", "old/b.txt"], []))
            {
                handle,
                result in
                guard case .clean(let tree) = result else {
                    Issue.record("\(result)")
                    return
                }
                let kept = try handle.entry(at: "old/c.txt", in: tree)
                #expect(kept != nil)
            }
        }
    }

    @Test("A file on one side and a folder of that name on the other conflict")
    func fileFolder() throws {
        try merge(base: ["x": "1\n"], ours: ["d": "file\n"], theirs: ["d/inside": "1\n"]) { _, result in
            guard case .conflicted(let conflicts) = result else {
                Issue.record("merged: \(result)")
                return
            }
            #expect(conflicts.map(\.kind) == [.fileFolder])
        }
    }

    @Test("A change follows a file the other side renamed")
    func rename() throws {
        let lines = (1...20).map { "line \($0)\n" }
        var changed = lines
        changed[10] = "changed\n"
        try merge(
            base: ["old": lines.joined()],
            ours: ["new": lines.joined()],
            theirs: ["old": changed.joined()],
            removing: (["old"], [])
        ) { handle, result in
            let new = try text("new", result, handle)
            #expect(new == changed.joined())
            let old = try text("old", result, handle)
            #expect(old == "")
        }
    }

    @Test("One file renamed to two names is a rename conflict")
    func renamedTwice() throws {
        let lines = (1...20).map { "line \($0)\n" }.joined()
        try merge(
            base: ["old": lines],
            ours: ["one": lines],
            theirs: ["two": lines],
            removing: (["old"], ["old"])
        ) { _, result in
            guard case .conflicted(let conflicts) = result else {
                Issue.record("merged: \(result)")
                return
            }
            #expect(Set(conflicts.map(\.kind)) == [.rename])
        }
    }

    @Test("A damaged folder ends a merge with an error, whatever is broken in it", arguments: ["id", "end", "name"])
    func damagedFolder(missing: String) throws {
        try withTemporaryRepository { repository in
            let base = try repository.commit("base", files: ["d/a": "1\n", "d/b": "1\n"])
            try repository.commit("ours", files: ["d/a": "2\n"])
            let file = try OID(hex: repository.git("rev-parse", "\(base):d/a"))
            var folder = Array("100644 a\0".utf8) + file.bytes
            switch missing {
            case "id": folder += Array("100644 b\0".utf8) + file.bytes.prefix(7)
            case "end": folder += Array("100644 bbb".utf8)
            default: folder += Array("100644 \0".utf8) + file.bytes
            }
            func store(_ tree: [UInt8]) throws -> OID {
                let path = try repository.folder.write(Data(tree), to: "tree")
                return try OID(hex: repository.git("hash-object", "-t", "tree", "-w", "--literally", path))
            }
            let root = try store(Array("40000 d\0".utf8) + store(folder).bytes)
            let theirs = try OID(hex: repository.git("commit-tree", root.hex, "-p", base, "-m", "theirs"))
            let handle = try repository.open()
            let ours = try repository.oid("main")
            do throws(GitError) {
                let result = try handle.mergeCommits(ours: ours, theirs: theirs)
                Issue.record("merged: \(result)")
            } catch {
                #expect(error.code == .damaged)
            }
        }
    }
}

extension OID {
    fileprivate var bytes: [UInt8] {
        let digits = Array(hex)
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}
