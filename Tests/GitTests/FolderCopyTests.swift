import Foundation
import TestSupport
import Testing

@testable import Git

@Suite("Files are copied between folders without following links")
struct FolderCopyTests {
    private func withFolders(_ body: (TemporaryFolder, FolderCopy) throws -> Void) throws {
        try withTemporaryFolder { folder in
            for name in ["from", "to"] {
                try FileManager.default.createDirectory(
                    atPath: folder.appending(name),
                    withIntermediateDirectories: true
                )
            }
            try body(folder, FolderCopy(from: folder.appending("from"), to: folder.appending("to")))
        }
    }

    @Test("A copy has the bytes, permissions and time of the original, and no storage in common")
    func copies() throws {
        try withFolders { folder, copy in
            let text = String(repeating: "0123456789abcdef", count: 1 << 16)
            let source = try folder.write(text, to: "from/a/b/c.bin")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o640, .modificationDate: Date(timeIntervalSince1970: 1_000_000)],
                ofItemAtPath: source
            )
            #expect(try copy.copy("a/b/c.bin", limitInBytes: 1 << 30) == .copied(sizeInBytes: 1 << 20))
            let target = folder.appending("to/a/b/c.bin")
            #expect(try String(contentsOfFile: target, encoding: .utf8) == text)
            let attributes = try FileManager.default.attributesOfItem(atPath: target)
            #expect(attributes[.posixPermissions] as? Int == 0o640)
            #expect(attributes[.modificationDate] as? Date == Date(timeIntervalSince1970: 1_000_000))
            #expect(attributes[.referenceCount] as? Int == 1)
            try folder.write("changed", to: "to/a/b/c.bin")
            #expect(try String(contentsOfFile: source, encoding: .utf8) == text)
        }
    }

    @Test("Links in the source and in the target lead nowhere, and what exists stays")
    func links() throws {
        try withFolders { folder, copy in
            let manager = FileManager.default
            try folder.write("secret", to: "outside/secret")
            try manager.createSymbolicLink(
                atPath: folder.appending("from/link"),
                withDestinationPath: folder.appending("outside/secret")
            )
            try manager.createSymbolicLink(
                atPath: folder.appending("from/folder"),
                withDestinationPath: folder.appending("outside")
            )
            #expect(try copy.copy("link", limitInBytes: 100) == .refused)
            #expect(try copy.copy("folder/secret", limitInBytes: 100) == .refused)
            try folder.write("mine", to: "from/out/mine")
            try folder.write("mine", to: "from/here")
            try manager.createSymbolicLink(
                atPath: folder.appending("to/out"),
                withDestinationPath: folder.appending("outside")
            )
            try manager.createSymbolicLink(
                atPath: folder.appending("to/here"),
                withDestinationPath: folder.appending("outside/secret")
            )
            #expect(try copy.copy("out/mine", limitInBytes: 100) == .refused)
            #expect(try copy.copy("here", limitInBytes: 100) == .exists)
            #expect(try manager.contentsOfDirectory(atPath: folder.appending("outside")) == ["secret"])
            #expect(try String(contentsOfFile: folder.appending("outside/secret"), encoding: .utf8) == "secret")
        }
    }

    @Test("What is no file, too large, gone or outside is not copied")
    func refusals() throws {
        try withFolders { folder, copy in
            try folder.write("12345", to: "from/five")
            #expect(try copy.copy("five", limitInBytes: 4) == .tooLarge)
            #expect(try copy.copy("five", limitInBytes: 5) == .copied(sizeInBytes: 5))
            #expect(try copy.copy("missing", limitInBytes: 5) == .gone)
            #expect(try copy.copy("../five", limitInBytes: 5) == .refused)
            #expect(try copy.copy("a/.git/config", limitInBytes: 5) == .refused)
            let made = try SpawnedCommand.run(["mkfifo", folder.appending("from/pipe")], environment: [:])
            try #require(made.status == 0)
            #expect(try copy.copy("pipe", limitInBytes: 5) == .refused)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.appending("to")) == ["five"])
        }
    }

    @Test("A name that is no UTF-8 is copied as it is")
    func bytesInNames() throws {
        try withFolders { folder, copy in
            let name: [UInt8] = Array("caf".utf8) + [0xE9]
            let path = (Array(folder.appending("from").utf8) + [0x2F] + name + [0]).map(CChar.init(bitPattern:))
            let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
            #expect(descriptor >= 0)
            close(descriptor)
            let first = try copy.copy(GitPath(bytes: name), limitInBytes: 1)
            let second = try copy.copy(GitPath(bytes: name), limitInBytes: 1)
            #expect(first == .copied(sizeInBytes: 0) && second == .exists)
        }
    }
}
