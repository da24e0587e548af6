import Glibc

/// Where finished text goes.
package protocol TextSink: Sendable {
    /// Writes the text as it is; losing the reader is not an error.
    func write(_ text: String)

    /// Writes the bytes as they are, text or not.
    func write(bytes: [UInt8])
}

extension TextSink {
    /// Writes the text and a line break.
    package func writeLine(_ text: String = "") { write(text + "\n") }
}

/// Writes to an open file, a pipe or a terminal.
package struct FileDescriptorSink: TextSink {
    package static let standardOutput = FileDescriptorSink(STDOUT_FILENO)
    package static let standardError = FileDescriptorSink(STDERR_FILENO)

    private let descriptor: CInt

    package init(_ descriptor: CInt) {
        self.descriptor = descriptor
    }

    package var isTerminal: Bool { isatty(descriptor) == 1 }

    /// The window's present size, or `nil` when this is no terminal.
    package var terminalSize: TerminalTraits.Size? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return TerminalTraits.Size(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }

    /// Writes all of it, over as many calls as that takes.
    ///
    /// A closed reader ends the writing without an error: the work that the text tells of goes on.
    package func write(_ text: String) {
        var text = text
        text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    }

    package func write(bytes: [UInt8]) {
        bytes.withUnsafeBytes { write($0) }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            let count = Glibc.write(descriptor, start, rest.count)
            if count > 0 {
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            } else if errno == EAGAIN {
                // Somebody shares this terminal and made it non-blocking: wait until it takes more.
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, -1)
            } else if errno != EINTR {
                return
            }
        }
    }
}
