import Foundation
import Testing

@Suite("Snapshot folders")
struct SnapshotFolderTests {
    @Test("Every snapshot belongs to a test file that names it")
    func noSnapshotIsOrphaned() {
        let snapshots = SourceTree.paths(below: "Tests").filter { path in
            path.contains("/Snapshots/") && !path.hasSuffix(".gitkeep") && !isFolder(path)
        }
        let orphans = snapshots.filter { path in
            let parts = path.split(separator: "/").map(String.init)
            guard parts.count >= 5, let name = parts.last else { return true }
            // Tests/<Target>/Snapshots/<test file>/<name>
            guard let test = SourceTree.tests.first(where: { $0.module == parts[1] && $0.name == parts[3] + ".swift" })
            else { return true }
            let stem = (name as NSString).deletingPathExtension
            // A parametrised test puts its names together; then the whole folder is in use.
            if test.text.contains(/matches: ([^"]|"[^"\n]*\\\()/) { return false }
            return !test.text.contains(name) && !test.text.contains(stem)
        }
        #expect(orphans == [], "no test asks for these any more: delete them")
    }

    private func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: SourceTree.root + path, isDirectory: &isFolder)
            && isFolder.boolValue
    }
}
