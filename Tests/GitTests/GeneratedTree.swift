import Foundation
import Git
import Glibc
import TestSupport

/// A random set of files that a test writes into a working tree, and random changes to it.
struct GeneratedTree {
    /// What stands at a path.
    enum Item: Equatable {
        case text([String], isExecutable: Bool)
        case bytes([UInt8])
        case link(String)
    }

    private(set) var items: [String: Item] = [:]
    private var nextLine = 0

    private static let names = [
        "a.txt", "b c.txt", "é.txt", "new\nline.txt", "-x", "d.md", "e", "README", "q\"uote", "tab\t",
    ]
    private static let folders = ["", "src/", "src/deep/er/", "docs/", "ü/", "a b/"]

    init(files: Int, random: inout SeededRandom) {
        while items.count < files {
            let path = Self.path(&random)
            guard !clashes(path) else { continue }
            items[path] = item(&random)
        }
    }

    private static func path(_ random: inout SeededRandom) -> String {
        random.pick(folders) + (random.oneIn(2) ? random.pick(names) : random.word(length: 2...4))
    }

    /// Whether the path is taken, lies below a file, or is a folder.
    private func clashes(_ path: String) -> Bool {
        items.keys.contains { $0 == path || $0.hasPrefix(path + "/") || path.hasPrefix($0 + "/") }
    }

    private mutating func item(_ random: inout SeededRandom) -> Item {
        if random.oneIn(12) { return .link(random.pick(["a.txt", "../up", "nowhere"])) }
        if random.oneIn(12) { return .bytes((0..<200).map { _ in UInt8.random(in: 0...255, using: &random) } + [0]) }
        if random.oneIn(12) { return .text([], isExecutable: false) }
        return .text((0..<random.int(in: 8...20)).map { _ in line(&random) }, isExecutable: random.oneIn(6))
    }

    /// A line that occurs nowhere else, so that every diff algorithm finds the same changes.
    private mutating func line(_ random: inout SeededRandom) -> String {
        nextLine += 1
        return "\(nextLine) \(random.word()) \(random.word())"
    }

    /// Makes lines of another branch differ from those of this one.
    mutating func startLines(at number: Int) { nextLine = number }

    /// Changes, adds, deletes and renames some files.
    mutating func mutate(_ count: Int, random: inout SeededRandom) {
        for _ in 0..<count {
            let paths = items.keys.sorted()
            switch random.int(in: 0...9) {
            case 0...4:
                guard !paths.isEmpty else { continue }
                edit(random.pick(paths), &random)
            case 5, 6:
                let path = Self.path(&random)
                if !clashes(path) { items[path] = item(&random) }
            case 7:
                guard !paths.isEmpty else { continue }
                items[random.pick(paths)] = nil
            case 8:
                guard !paths.isEmpty else { continue }
                let path = random.pick(paths)
                if case .text(let lines, let isExecutable)? = items[path] {
                    items[path] = .text(lines, isExecutable: !isExecutable)
                }
            default:
                guard !paths.isEmpty else { continue }
                let (path, target) = (random.pick(paths), Self.path(&random))
                if !clashes(target) { items[target] = items.removeValue(forKey: path) }
            }
        }
    }

    private mutating func edit(_ path: String, _ random: inout SeededRandom) {
        guard case .text(var lines, let isExecutable)? = items[path], !lines.isEmpty else {
            items[path] = item(&random)
            return
        }
        let position = random.int(in: 0...(lines.count - 1))
        switch random.int(in: 0...2) {
        case 0: lines[position] = line(&random)
        case 1: lines.insert(line(&random), at: position)
        default: lines.remove(at: position)
        }
        items[path] = .text(lines, isExecutable: isExecutable)
    }

    /// Makes the working tree hold exactly these files, and commits them.
    func commit(to repository: TemporaryRepository, _ message: String) throws -> OID {
        try replaceWorkingTree(of: repository)
        try repository.git("add", "--all")
        try repository.git("commit", "--quiet", "--allow-empty", "-m", message)
        return try repository.oid("HEAD")
    }

    private func replaceWorkingTree(of repository: TemporaryRepository) throws {
        let manager = FileManager.default
        for name in try manager.contentsOfDirectory(atPath: repository.path) where name != ".git" {
            try manager.removeItem(atPath: repository.path + "/" + name)
        }
        for path in items.keys { try put(path, into: repository) }
    }

    /// Brings a working tree that shows another version to this one, touching only files that differ.
    func replace(_ shown: GeneratedTree, in repository: TemporaryRepository) throws {
        for path in shown.items.keys where items[path] == nil {
            try FileManager.default.removeItem(atPath: repository.path + "/" + path)
        }
        for (path, item) in items where shown.items[path] != item { try put(path, into: repository) }
    }

    private func put(_ path: String, into repository: TemporaryRepository) throws {
        let place = repository.path + "/" + path
        try? FileManager.default.removeItem(atPath: place)
        switch items[path] {
        case .text(let lines, let isExecutable):
            try repository.write(lines.map { $0 + "\n" }.joined(), to: path, isExecutable: isExecutable)
        case .bytes(let bytes):
            try repository.write("", to: path)
            try Data(bytes).write(to: URL(filePath: place))
        case .link(let target):
            let folder = URL(filePath: place).deletingLastPathComponent()
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: target)
        case nil: break
        }
    }

    /// Whether the file in the working tree is just this tree's; a path that this tree has not must not be there.
    func isShown(_ path: String, in repository: TemporaryRepository) throws -> Bool {
        let place = repository.path + "/" + path
        let type = try? FileManager.default.attributesOfItem(atPath: place)[.type] as? FileAttributeType
        switch items[path] {
        case .link(let target):
            return try type == .typeSymbolicLink
                && FileManager.default.destinationOfSymbolicLink(atPath: place) == target
        case .text(let lines, let isExecutable):
            return try type == .typeRegular && access(place, X_OK) == (isExecutable ? 0 : -1)
                && String(contentsOfFile: place, encoding: .utf8) == lines.map { $0 + "\n" }.joined()
        case .bytes(let bytes): return try type == .typeRegular && Data(contentsOf: URL(filePath: place)) == Data(bytes)
        case nil: return type == nil || type == .typeDirectory
        }
    }
}

extension TemporaryRepository {
    func oid(_ revision: String) throws -> OID { try OID(hex: git("rev-parse", "--verify", revision)) }

    func open() throws -> Repository { try Repository(path: path) }

    var command: GitCommand { GitCommand(environment: gitFixture.environment) }
}

let signature = Signature(name: "Runner", email: "runner@example.org", time: 1_800_000_000)
