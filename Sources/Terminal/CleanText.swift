/// Makes text from outside (an agent's output, a commit message, a file name) safe to show on a terminal.
///
/// An agent's process may print anything: sequences that move the cursor, set the window title, write the clipboard, or
/// reorder what is read. None of that may reach the person's terminal through a display.
package enum CleanText {
    /// One line without escape sequences, control characters or invisible direction marks.
    ///
    /// A carriage return keeps what follows the last one, as a terminal would show it. Tabs and line breaks become one
    /// space. The cost is linear in the length.
    package static func line(_ raw: String) -> String {
        if isHarmless(raw) { return raw }
        var kept = String.UnicodeScalarView()
        var overwritten = String.UnicodeScalarView()
        var scanner = EscapeScanner()
        for scalar in raw.unicodeScalars {
            guard let visible = scanner.take(scalar) else { continue }
            switch visible.value {
            case 0x0D:
                if !kept.isEmpty { overwritten = kept }
                kept.removeAll(keepingCapacity: true)
            case 0x09, 0x0A, 0x0B, 0x0C, 0x85, 0x2028, 0x2029: kept.append(" ")
            case 0x00...0x1F, 0x7F...0x9F: continue
            default: if !isInvisible(visible) { kept.append(visible) }
            }
        }
        // "50%\r" ends a progress line: the text before the return is still on the screen.
        return String(kept.isEmpty ? overwritten : kept)
    }

    /// Several lines, each cleaned; line breaks stay.
    package static func lines(_ raw: String) -> [String] {
        raw.split(separator: "\n", omittingEmptySubsequences: false).map { line(String($0)) }
    }

    private static func isHarmless(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    /// Zero-width and direction-changing scalars; the joiner stays, because emoji are made with it.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xAD, 0x61C, 0x180E, 0x200B, 0x200C, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF,
            0xFFF9...0xFFFB, 0xE0000...0xE007F:
            true
        default: false
        }
    }
}

/// Recognises the escape sequences of ECMA-48, so that a whole sequence is dropped and not only its first byte.
private struct EscapeScanner {
    private enum State {
        case text
        /// After ESC; intermediate bytes may follow.
        case escape
        /// After `ESC [`; ends with a byte from `@` to `~`.
        case control
        /// After `ESC ]`, `ESC P`, `ESC X`, `ESC ^` or `ESC _`; ends with BEL or `ESC \`.
        case string
        case stringEscape
    }

    private var state = State.text

    /// The scalar, when it is text; `nil` when it belongs to a sequence.
    mutating func take(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch state {
        case .text: return takeText(scalar)
        case .escape: takeEscape(scalar)
        case .control:
            if (0x40...0x7E).contains(scalar.value) {
                state = .text
            } else if !(0x20...0x3F).contains(scalar.value) {
                // Not a parameter: the sequence is broken off, and what follows is text again.
                state = .text
                return take(scalar)
            }
        case .string:
            if scalar.value == 0x07 || scalar.value == 0x9C { state = .text }
            if scalar.value == 0x1B { state = .stringEscape }
        case .stringEscape: state = scalar.value == 0x5C ? .text : .string
        }
        return nil
    }

    private mutating func takeText(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar.value {
        case 0x1B: state = .escape
        case 0x9B: state = .control
        case 0x90, 0x98, 0x9D, 0x9E, 0x9F: state = .string
        default: return scalar
        }
        return nil
    }

    private mutating func takeEscape(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x5B: state = .control
        case 0x5D, 0x50, 0x58, 0x5E, 0x5F: state = .string
        case 0x20...0x2F, 0x1B: state = .escape
        default: state = .text
        }
    }
}
