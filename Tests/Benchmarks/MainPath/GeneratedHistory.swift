import Foundation

/// The commits of a generated repository as streams for `git fast-import`.
struct GeneratedHistory {
    private var numbers: SeededNumbers
    private let text: GeneratedText
    private var files: [(path: String, bytes: [UInt8])] = []
    private var time = 1_760_000_000

    init(fileCount: Int, seed: UInt64) {
        numbers = SeededNumbers(seed: seed)
        text = GeneratedText(numbers: &numbers)
        let layers = ["core", "api", "store", "views", "support/text", "support/time", "tests", "tests/data"]
        let kinds = ["swift", "c", "py", "md", "json"]
        for number in 0..<fileCount {
            // About a hundred files a module, spread unevenly over its folders.
            let module = number / 100
            let layer = layers[min(numbers.number(below: layers.count), numbers.number(below: layers.count))]
            let kind = kinds[min(numbers.number(below: kinds.count), numbers.number(below: kinds.count))]
            let path = "modules/group\(module / 20)/module\(module)/\(layer)/file\(number).\(kind)"
            files.append((path, text.file(numbers: &numbers)))
        }
    }

    var sizeInBytes: Int { files.reduce(0) { $0 + $1.bytes.count } }

    /// The branch `main`: one commit with all files, then commits that edit some of them.
    mutating func main(commits: Int, editsEach: Int) -> Data {
        var stream = Data()
        begin("refs/heads/main", "Add everything", to: &stream)
        for file in files { Self.add(file.path, file.bytes, to: &stream) }
        for commit in 1..<max(1, commits) {
            begin("refs/heads/main", "Change \(editsEach) files, \(commit)", to: &stream)
            for _ in 0..<editsEach {
                let index = numbers.number(below: files.count)
                files[index].bytes = text.edited(files[index].bytes, numbers: &numbers)
                Self.add(files[index].path, files[index].bytes, to: &stream)
            }
        }
        return stream
    }

    /// The branches `agent/<number>`: each ten edits, one rename with an edit, one removal and two new files.
    ///
    /// No two branches touch the same file. Two thirds of an agent's files lie close together, the rest anywhere.
    mutating func branches(_ count: Int) -> Data {
        var stream = Data()
        var free = Set(files.indices)
        for branch in 1...max(1, count) {
            let home = numbers.number(below: files.count)
            var chosen: [Int] = []
            while chosen.count < 12 {
                let near = (home + numbers.number(below: 60)) % files.count
                let index =
                    chosen.count < 8 && numbers.number(below: 20) > 0 ? near : numbers.number(below: files.count)
                if free.remove(index) != nil { chosen.append(index) }
            }
            begin(
                "refs/heads/agent/\(branch)",
                "Do the work of agent \(branch)",
                from: "refs/heads/main^0",
                to: &stream
            )
            for index in chosen[..<10] {
                Self.add(files[index].path, text.edited(files[index].bytes, numbers: &numbers), to: &stream)
            }
            let renamed = files[chosen[10]]
            stream.append(Data("D \(renamed.path)\n".utf8))
            Self.add("\(renamed.path).moved", text.edited(renamed.bytes, numbers: &numbers), to: &stream)
            stream.append(Data("D \(files[chosen[11]].path)\n".utf8))
            for number in 1...2 {
                Self.add(
                    "\(files[home].path).new\(number)-by\(branch)",
                    text.file(numbers: &numbers),
                    to: &stream
                )
            }
        }
        return stream
    }

    private mutating func begin(_ ref: String, _ message: String, from: String? = nil, to stream: inout Data) {
        time += 60
        var head = "commit \(ref)\ncommitter Bench Mark <bench@example.org> \(time) +0000\n"
        head += "data \(message.utf8.count)\n\(message)\n"
        if let from { head += "from \(from)\n" }
        stream.append(Data(head.utf8))
    }

    private static func add(_ path: String, _ bytes: [UInt8], to stream: inout Data) {
        stream.append(Data("M 100644 inline \(path)\ndata \(bytes.count)\n".utf8))
        stream.append(contentsOf: bytes)
        stream.append(UInt8(ascii: "\n"))
    }
}
