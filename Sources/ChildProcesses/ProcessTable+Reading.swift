import Glibc

extension ProcessTable {
    /// Every process that can be read at the moment.
    static func entries() -> [Entry] {
        guard let folder = opendir("/proc") else { return [] }
        defer { closedir(folder) }
        var entries: [Entry] = []
        while let item = readdir(folder) {
            let pid = withUnsafeBytes(of: &item.pointee.d_name) { name -> Int32? in
                let digits = name.prefix { $0 != 0 }
                return Int32(String(decoding: digits, as: UTF8.self))
            }
            if let pid, let entry = entry(of: pid) { entries.append(entry) }
        }
        return entries
    }

    static func entry(of pid: Int32) -> Entry? {
        contents(of: "/proc/\(pid)/stat").flatMap { parse($0, pid: pid) }
    }

    /// Reads the fields after the command name, which may itself hold spaces and brackets.
    static func parse(_ line: [UInt8], pid: Int32) -> Entry? {
        guard let bracket = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = line[(bracket + 1)...].split(separator: UInt8(ascii: " "))
        // Counted from field 3 of proc(5): state, parent, group, ..., start time is field 22.
        guard fields.count > 19, let state = fields[0].first,
            let parent = Int32(String(decoding: fields[1], as: UTF8.self)),
            let group = Int32(String(decoding: fields[2], as: UTF8.self)),
            let startTicks = UInt64(String(decoding: fields[19], as: UTF8.self))
        else { return nil }
        return Entry(pid: pid, parent: parent, group: group, startTicks: startTicks, state: state)
    }

    /// The whole of a small file below `/proc`, or `nil` when the process is gone or not readable.
    static func contents(of path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { return nil }
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(count)
        }
    }
}
