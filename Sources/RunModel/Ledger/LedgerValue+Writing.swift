extension LedgerValue {
    /// Where a value is written: what new lines in it look like.
    struct Place {
        var newline: [UInt8] = [0x0A]
        /// White space at the start of the line the value begins on.
        var indentation: [UInt8] = []
        /// New containers are written on one line, as their neighbours are.
        var isOneLine = false
    }

    /// The value as JSON text: what was read stays as it was, new parts are indented by two spaces.
    package func rendered(isOneLine: Bool = false) -> [UInt8] {
        var bytes: [UInt8] = []
        write(into: &bytes, at: Place(isOneLine: isOneLine))
        return bytes
    }

    func write(into bytes: inout [UInt8], at place: Place) {
        if let source {
            bytes += source
            return
        }
        switch content {
        case .null: bytes += Array("null".utf8)
        case .boolean(let flag): bytes += Array((flag ? "true" : "false").utf8)
        case .number(let spelling): bytes += Array(spelling.utf8)
        case .text(let text): Self.write(text, into: &bytes)
        case .list(let elements):
            write(elements.count, brackets: ("[", "]"), leads: elements.map(\.lead), into: &bytes, at: place) {
                elements[$0].value.write(into: &$1, at: $2)
            }
        case .object(let members):
            write(members.count, brackets: ("{", "}"), leads: members.map(\.lead), into: &bytes, at: place) {
                let member = members[$0]
                if let keyText = member.keyText {
                    $1 += keyText
                } else {
                    Self.write(member.key, into: &$1)
                    $1 += Array(": ".utf8)
                }
                member.value.write(into: &$1, at: $2)
            }
        }
    }

    private func write(
        _ count: Int,
        brackets: (open: String, close: String),
        leads: [ArraySlice<UInt8>?],
        into bytes: inout [UInt8],
        at place: Place,
        item: (Int, inout [UInt8], Place) -> Void
    ) {
        bytes += Array(brackets.open.utf8)
        let layout = Layout(leads: leads, place: place)
        for index in 0..<count {
            var inner = place
            if let lead = leads[index] {
                bytes += lead
                inner.isOneLine = !lead.contains(0x0A)
                inner.indentation = Layout.lastLine(lead) ?? place.indentation
            } else {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes += index == 0 && layout.isOneLine ? [] : layout.separator
                inner.isOneLine = layout.isOneLine
                inner.indentation = layout.isOneLine ? place.indentation : layout.indentation
            }
            item(index, &bytes, inner)
        }
        let isLastNew = count > 0 && leads[count - 1] == nil
        if let tail, !isLastNew || tail.contains(0x0A) || layout.isOneLine {
            // A comma before the closing bracket stood after what is no longer the last value.
            bytes += isLastNew ? tail.filter { $0 != UInt8(ascii: ",") }[...] : tail
        } else {
            if count > 0 && !layout.isOneLine { bytes += place.newline + place.indentation }
            bytes += Array(brackets.close.utf8)
        }
    }

    /// How new values of a container are set apart: as the ones that were read are.
    private struct Layout {
        var isOneLine: Bool
        var indentation: [UInt8]
        /// White space before a new value.
        var separator: [UInt8]

        init(leads: [ArraySlice<UInt8>?], place: Place) {
            let sample = leads.lazy.compactMap(\.self).last
            if let sample {
                isOneLine = !sample.contains(0x0A)
                indentation = Self.lastLine(sample) ?? place.indentation
            } else {
                isOneLine = place.isOneLine
                indentation = place.indentation + [0x20, 0x20]
            }
            separator = isOneLine ? [0x20] : place.newline + indentation
        }

        /// The white space after the last line break.
        static func lastLine(_ lead: ArraySlice<UInt8>) -> [UInt8]? {
            lead.lastIndex(of: 0x0A).map { lead[($0 + 1)...].filter { $0 == 0x20 || $0 == 0x09 } }
        }
    }

    private static func write(_ text: String, into bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A: bytes += Array("\\n".utf8)
            case 0x0D: bytes += Array("\\r".utf8)
            case 0x09: bytes += Array("\\t".utf8)
            case 0..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                bytes += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
