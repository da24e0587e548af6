import Git
import Testing

@Suite("Ids and paths")
struct ValueTests {
    @Test("An id reads back as the digits it was made from")
    func hex() throws {
        let text = "0123456789abcdef0123456789abcdef01234567"
        #expect(try OID(hex: text).hex == text)
        #expect(try OID(hex: text.uppercased()).hex == text)
        #expect(OID.zero.hex == String(repeating: "0", count: 40))
    }

    @Test(
        "Anything but 40 digits is no id",
        arguments: ["", "abc", String(repeating: "g", count: 40), String(repeating: "a", count: 41)]
    )
    func badHex(text: String) {
        #expect(throws: GitError.self) { try OID(hex: text) }
    }

    @Test(
        "A path that leaves the tree or touches git's folder is unsafe",
        arguments: ["", "/a", "a/", "a//b", "..", "a/../b", ".", "./a", ".git", "a/.GIT/config", "GIT~1", "a\0b"]
    )
    func unsafe(path: String) {
        #expect(!GitPath(path).isSafe)
    }

    @Test(
        "Ordinary and odd names are safe",
        arguments: ["a", ".gitignore", "a/b c", "é", "new\nline", "...", ".github/x", "git"]
    )
    func safe(path: String) {
        #expect(GitPath(path).isSafe)
    }

    @Test("Paths with the same letters in other Unicode forms differ")
    func normalization() {
        #expect(GitPath("\u{e9}") != GitPath("e\u{301}"))
        #expect(GitPath(bytes: [0xff]).text == nil)
        #expect(GitPath("a/b").isInside("a"))
        #expect(!GitPath("ab").isInside("a"))
    }
}
