import Foundation
import TestSupport
import Testing

@testable import Git

@Suite("Pipes and devices where git reads files")
struct BlockingFilesTests {
    private func makePipe(_ path: String, in folder: TemporaryFolder) throws {
        try folder.write("", to: path + ".beside")
        #expect(mkfifo(folder.appending(path), 0o600) == 0)
    }

    @Test("Below a folder of git's own all of them go, links to them too, and nothing else")
    func gitFolder() throws {
        try withTemporaryFolder { folder in
            for path in ["git/HEAD", "git/refs/x", "elsewhere"] { try makePipe(path, in: folder) }
            let manager = FileManager.default
            try manager.createSymbolicLink(
                atPath: folder.appending("git/index"),
                withDestinationPath: folder.appending("elsewhere")
            )
            try manager.createSymbolicLink(atPath: folder.appending("git/null"), withDestinationPath: "/dev/null")
            try manager.createSymbolicLink(atPath: folder.appending("git/file"), withDestinationPath: "HEAD.beside")
            try manager.createSymbolicLink(atPath: folder.appending("git/dangling"), withDestinationPath: "nowhere")

            let removed = try BlockingFiles.remove(inGitFolder: folder.appending("git"))
            #expect(removed.sorted() == ["HEAD", "index", "refs/x"].map { folder.appending("git/\($0)") })
            #expect(try folder.list("git") == ["HEAD.beside", "dangling", "file", "null", "refs"])
            #expect(try folder.list("").contains("elsewhere"), "what a link leads to stays")
            #expect(try BlockingFiles.remove(inGitFolder: folder.appending("git")) == [])
            #expect(try BlockingFiles.remove(inGitFolder: folder.appending("none")) == [])
        }
    }

    @Test("In a working tree those go that git reads by name, and those of repositories inside it")
    func workingTree() throws {
        try withTemporaryFolder { folder in
            let read = [".gitignore", "a/.gitattributes", ".gitmodules", "n/.git/HEAD", "n/.git/refs/heads/x"]
            for path in read + ["pipe", "a/queue", ".githooks/queue", ".gitlab"] {
                try makePipe("tree/" + path, in: folder)
            }
            let removed = try BlockingFiles.remove(inWorkingTree: folder.appending("tree"))
            #expect(removed.sorted() == read.map { folder.appending("tree/\($0)") }.sorted())
            for path in ["pipe", "a/queue", ".githooks/queue", ".gitlab"] {
                #expect(FileManager.default.fileExists(atPath: folder.appending("tree/\(path)")))
            }
        }
    }
}
