import Foundation
import Git

/// A repository made for measuring: many files in folders, a short history, everything in one pack, one branch `main`.
struct GeneratedRepository {
    /// Absolute path of the working tree.
    let path: String
    let head: OID
    let fileCount: Int
    let sizeInBytes: Int
    /// Branches `agent/1` to `agent/<count>`, each one commit on `main`, as agents leave them: loose objects, loose refs.
    let branchCount: Int

    /// Makes it; the same seed gives the same commit.
    static func make(
        in workplace: Workplace,
        fileCount: Int,
        branchCount: Int,
        seed: UInt64 = 0x5357_4954
    ) async throws -> GeneratedRepository {
        let path = workplace.appending("repository-\(fileCount)")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try await workplace.shell("git init -q", in: path)
        var history = GeneratedHistory(fileCount: fileCount, seed: seed)
        try history.main(commits: 30, editsEach: max(1, fileCount / 50))
            .write(to: URL(fileURLWithPath: path + "/.git/main.stream"))
        try await workplace.shell(
            "git fast-import --quiet <.git/main.stream && git repack -adfq --window=10 && git pack-refs --all"
                + " && git reset -q --hard main && rm .git/main.stream",
            in: path
        )
        let size = history.sizeInBytes
        try history.branches(branchCount).write(to: URL(fileURLWithPath: path + "/.git/branches.stream"))
        try await workplace.shell(
            "git -c fastimport.unpackLimit=1000000 fast-import --quiet <.git/branches.stream"
                + " && rm .git/branches.stream",
            in: path
        )
        let head = try await workplace.shell("git rev-parse main", in: path).output
        return GeneratedRepository(
            path: path,
            head: try OID(hex: head),
            fileCount: fileCount,
            sizeInBytes: size,
            branchCount: branchCount
        )
    }

    /// Makes a copy with object database, refs and working tree of its own, so that no contender finds the objects that
    /// another one wrote.
    func copy(to destination: String, in workplace: Workplace) async throws {
        try await workplace.shell(
            "mkdir -p '\(destination)' && cp -a .git '\(destination)/.git' && git -C '\(destination)' reset -q --hard",
            in: path
        )
    }
}
