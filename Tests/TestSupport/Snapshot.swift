import Foundation
package import Testing

/// Compares a whole output with the file that a person has read and accepted.
///
/// Files stand in `Tests/<Target>/Snapshots/<test file>/<name>`. `SWITCHYARD_RECORD=1 swift test --filter ...` writes
/// them anew; read the difference before committing it.
package enum Snapshot {
    /// Records an issue unless the text, normalised, equals the snapshot.
    ///
    /// `name` is the file's name with its ending, `one-refused.md`. The normaliser replaces what differs between two
    /// equal runs; the default one handles the paths, ids, times and hashes that nobody can foresee.
    package static func expect(
        _ text: String,
        matches name: String,
        normalizing normalizer: SnapshotNormalizer = SnapshotNormalizer(),
        filePath: String = #filePath,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let actual = normalizer.normalize(text)
        guard let url = location(of: name, testFile: filePath) else {
            Issue.record("'\(filePath)' does not stand in a folder below Tests", sourceLocation: sourceLocation)
            return
        }
        let path = url.path(percentEncoded: false)
        if ProcessInfo.processInfo.environment["SWITCHYARD_RECORD"] == "1" {
            do { try record(actual, at: url) } catch {
                Issue.record(error, "cannot record '\(path)'", sourceLocation: sourceLocation)
            }
            return
        }
        guard let data = try? Data(contentsOf: url) else {
            Issue.record(
                "no snapshot at '\(path)': run again with SWITCHYARD_RECORD=1, read the new file, commit it",
                sourceLocation: sourceLocation
            )
            return
        }
        let expected = String(decoding: data, as: UTF8.self)
        guard expected != actual else { return }
        Issue.record(
            """
            the output differs from '\(path)' (- snapshot, + now); if it should, SWITCHYARD_RECORD=1 accepts it:
            \(LineDifference.describe(from: expected, to: actual))
            """,
            sourceLocation: sourceLocation
        )
    }

    /// Where a snapshot of a test file stands; `nil` for a file outside `Tests/<Target>/`.
    private static func location(of name: String, testFile: String) -> URL? {
        let file = URL(filePath: testFile)
        var folder = file.deletingLastPathComponent()
        while folder.path != "/" {
            let parent = folder.deletingLastPathComponent()
            if parent.lastPathComponent == "Tests" {
                let stem = file.deletingPathExtension().lastPathComponent
                return folder.appending(path: "Snapshots").appending(path: stem).appending(path: name)
            }
            folder = parent
        }
        return nil
    }

    private static func record(_ text: String, at url: URL) throws {
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
    }
}
