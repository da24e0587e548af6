import Terminal
import Testing

@Suite("Tables")
struct TableTests {
    @Test("Columns are aligned by display width, numbers to the right")
    func aligns() {
        var table = Table([Table.Column("Name"), Table.Column("Size", alignment: .trailing)])
        table.append(["short", "1"])
        table.append(["日本語", "1000"])
        #expect(
            table.lines().map { $0.rendered(isColoured: false) } == [
                "Name    Size", "short      1", "日本語  1000",
            ]
        )
    }

    @Test("In a narrow room the flexible column gives way, and no other")
    func narrows() {
        var table = Table([Table.Column("Id"), Table.Column("Text", isFlexible: true), Table.Column("End")])
        table.append(["a", "a text that is rather long for such a room", "end"])
        let lines = table.lines(width: 30).map { $0.rendered(isColoured: false) }
        #expect(lines == ["Id  Text                   End", "a   a text that is rathe…  end"])
        #expect(table.lines().last?.text.contains("such a room") == true)
    }

    @Test("A row with too few cells is filled, without titles there is no heading")
    func fills() {
        var table = Table([Table.Column(""), Table.Column("")])
        table.append(["only"])
        #expect(table.lines().map { $0.rendered(isColoured: false) } == ["only"])
    }
}
