import Foundation
import Testing

@testable import Commands

@Suite("The reference page of the settings")
struct SettingsPageTests {
    @Test("docs/settings.md is what the table makes; 'switchyard settings --markdown > docs/settings.md' renews it")
    func fresh() throws {
        var folder = URL(filePath: #filePath)
        for _ in 1...4 { folder.deleteLastPathComponent() }
        let page = String(decoding: try Data(contentsOf: folder.appending(path: "docs/settings.md")), as: UTF8.self)
        #expect(page == SettingsPage.markdown())
    }

    @Test("Keys, variables and flags are unique, and every description is a sentence")
    func table() {
        let entries = SettingTable.entries
        #expect(Set(entries.map(\.key)).count == entries.count)
        #expect(Set(entries.map(\.environmentVariable)).count == entries.count)
        let flags = entries.flatMap(\.flags)
        #expect(Set(flags).count == flags.count)
        #expect(entries.allSatisfy { $0.description.hasSuffix(".") })
    }
}
