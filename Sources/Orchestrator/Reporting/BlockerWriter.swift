import Foundation
import RunModel

/// Writes blockers into the ledger's folder, one file each.
///
/// Writing the same blocker again replaces its own file; a file of that name that belongs to something else is never
/// touched, the new one gets a number.
package struct BlockerWriter: Sendable {
    private let repository: String
    private let folder: String

    /// Writes below a folder of the repository.
    ///
    /// - Parameters:
    ///   - repository: absolute path of the repository's root.
    ///   - output: the folder for what runs write, relative to the root or absolute; default `docs/agent-output`.
    package init(repository: String, output: String = RunOptions().outputFolder) {
        self.repository = repository
        folder = output + "/blocked"
    }

    /// Writes the blocker and returns its path relative to the repository.
    ///
    /// Blocks on the disk: call it from a lane of its own.
    @discardableResult
    package func write(_ blocker: Blocker) throws(ReportingError) -> String {
        let path = freePath(for: blocker)
        let data: Data
        do { data = try JSONText.encode(blocker, isPretty: true) } catch {
            throw .cannotEncode(path, why: "\(error)")
        }
        try AtomicFile.write(data + Data("\n".utf8), to: OutputPath.resolve(path, in: repository))
        return path
    }

    /// The blocker's own path: of `name.json`, `name-2.json` and so on the first that is free or already holds it.
    private func freePath(for blocker: Blocker) -> String {
        let stem = blocker.fileName.dropLast(".json".count)
        var number = 1
        while true {
            let name = number == 1 ? "\(stem).json" : "\(stem)-\(number).json"
            let path = "\(folder)/\(name)"
            let place = OutputPath.resolve(path, in: repository)
            guard let data = FileManager.default.contents(atPath: place) else { return path }
            if Self.identity(of: data) == blocker.id { return path }
            number += 1
        }
    }

    /// The `id` of a blocker file; `nil` for anything else.
    private static func identity(of data: Data) -> String? {
        struct Identified: Decodable { var id: String }
        // A file that is no blocker of ours is simply not ours: it stays as it is.
        return try? JSONText.decode(Identified.self, from: data).id
    }
}
