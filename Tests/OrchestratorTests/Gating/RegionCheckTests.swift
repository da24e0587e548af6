import RunModel
import TestSupport
import Testing

@testable import Orchestrator

@Suite("Part of a file is owned, and the rest must stay")
struct RegionCheckTests {
    private let append = RegionCheck(region: Region(kind: .append, text: "APPEND at EOF"))

    private func change(_ old: String, _ new: String) -> FileChange {
        FileChange(
            path: Array("f".utf8),
            kind: .modified,
            oldEntry: .file,
            newEntry: .file,
            old: Array(old.utf8),
            new: Array(new.utf8)
        )
    }

    private func symbols(_ names: String..., old: String, new: String) -> RegionCheck.Answer {
        RegionCheck(region: Region(kind: .symbols, text: names.joined(separator: ", "), symbols: names))
            .answer(change(old, new))
    }

    private func isBroken(_ answer: RegionCheck.Answer, line: Int? = nil) -> Bool {
        if case .broken(let found, _) = answer { line == nil || found == line } else { false }
    }

    @Test(
        "Appended lines keep an append region",
        arguments: [
            ("a\nb\n", "a\nb\nc\n"), ("a\nb\n", "a\nb\n\n\nc"), ("a\nb", "a\nb\nc\n"), ("a\r\nb", "a\r\nb\r\nc\r\n"),
            ("", "x\n"), ("a\nb\n", "a\nb\n"),
        ]
    )
    func appendKept(old: String, new: String) {
        #expect(append.answer(change(old, new)) == .kept)
    }

    @Test(
        "Anything else breaks it, at the line that changed",
        arguments: [
            ("a\nb\n", "x\na\nb\n", 1), ("a\nb\n", "a\nx\nb\n", 2), ("a\nb\n", "a\n", 2), ("a\nb", "a\nbc\n", 2),
            ("a\nb\n", "a\nb", 2), ("a\nb\n", "", 1), ("a\nb", "a\nbc", 2),
        ]
    )
    func appendBroken(old: String, new: String, line: Int) {
        #expect(isBroken(append.answer(change(old, new)), line: line))
    }

    @Test("A random insertion breaks an append region unless it is at the end", arguments: SeededRandom.seeds(200))
    func appendProperty(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let lines = (0..<random.int(in: 1...8)).map { _ in random.pick(["a", "b", "", "c"]) }
        let position = random.int(in: 0...lines.count)
        var edited = lines
        edited.insert("new", at: position)
        let answer = append.answer(change(lines.joined(separator: "\n") + "\n", edited.joined(separator: "\n") + "\n"))
        #expect((answer == .kept) == (position == lines.count), "\(random)")
    }

    @Test("The whole file's fate is no part of a region")
    func wholeFile() {
        var gone = change("a\n", "")
        (gone.kind, gone.newEntry) = (.deleted, nil)
        #expect(isBroken(append.answer(gone)))
        var mode = change("a\n", "a\nb\n")
        mode.newEntry = .executable
        #expect(isBroken(append.answer(mode)))
        var link = change("a\n", "b")
        link.newEntry = .symbolicLink
        #expect(isBroken(append.answer(link)))
        var binary = change("", "")
        binary.isText = false
        #expect(isBroken(append.answer(binary)))
        var new = change("", "a\n")
        (new.kind, new.oldEntry) = (.added, nil)
        #expect(append.answer(new) == .kept)
    }

    private let python = """
        import os

        # Routes
        @app.route("/")
        def index():
            if True:
                return "a"

            return "b"


        def other(
            x,
        ):
            return {
                "a": 1,
            }

        class Api:
            def get(self):
                return 1

            def put(self):
                text = \"\"\"
        loose text
        \"\"\"
                return 2

        LIMIT = 5

        """

    @Test("A change inside of a named Python function is kept, outside it is broken")
    func pythonFunctions() {
        let inside = python.replacing("return \"b\"", with: "return \"c\"\n    # done")
        #expect(symbols("index", old: python, new: inside) == .kept)
        #expect(isBroken(symbols("other", old: python, new: inside)))
        let decorator = python.replacing("@app.route(\"/\")", with: "@app.route(\"/home\")")
        #expect(symbols("index", old: python, new: decorator) == .kept)
        let head = python.replacing("import os", with: "import os\nimport sys")
        #expect(isBroken(symbols("index", old: python, new: head), line: 2))
        let wrapped = python.replacing("\"a\": 1,", with: "\"a\": 2,")
        #expect(symbols("other", old: python, new: wrapped) == .kept)
        #expect(isBroken(symbols("index", old: python, new: wrapped)))
        let method = python.replacing("return 2", with: "return 3")
        #expect(symbols("Api.put", old: python, new: method) == .kept)
        #expect(isBroken(symbols("Api.get", old: python, new: method)))
        #expect(symbols("Api", old: python, new: method) == .kept)
        #expect(symbols("LIMIT", old: python, new: python.replacing("= 5", with: "= 6")) == .kept)
    }

    @Test("A named function may be added or removed, a neighbour may not")
    func addedFunction() {
        let added = python.replacing("class Api", with: "def fresh():\n    return 1\n\n\nclass Api")
        #expect(symbols("fresh", old: python, new: added) == .kept)
        #expect(symbols("fresh", old: added, new: python) == .kept)
        #expect(isBroken(symbols("index", old: python, new: added)))
    }

    private let typescript = """
        export class Store {
          private items: string[] = [];

          add(item: string): void {
            if (item === "}") { return; }
            this.items.push(item);
          }

          get size() { return this.items.length; }
        }

        export async function load(
          path: string,
        ): Promise<Store> {
          // a brace in a comment: {
          return new Store();
        }

        const save = async (store: Store) => {
          await load("x");
        };

        """

    @Test("Braces find the end of methods, functions and arrow functions")
    func typescriptFunctions() {
        let add = typescript.replacing("this.items.push(item)", with: "this.items.unshift(item)")
        #expect(symbols("add", old: typescript, new: add) == .kept)
        #expect(symbols("Store.add", old: typescript, new: add) == .kept)
        #expect(isBroken(symbols("load", old: typescript, new: add)))
        let load = typescript.replacing("return new Store();", with: "const s = new Store();\n  return s;")
        #expect(symbols("load", old: typescript, new: load) == .kept)
        #expect(isBroken(symbols("save", old: typescript, new: load)))
        let save = typescript.replacing("load(\"x\")", with: "load(\"y\")")
        #expect(symbols("save", old: typescript, new: save) == .kept)
        #expect(isBroken(symbols("load", old: typescript, new: save)))
        let size = typescript.replacing("items.length", with: "items.length + 1")
        #expect(symbols("size", old: typescript, new: size) == .kept)
    }

    @Test(
        "Definitions of many languages are found",
        arguments: [
            ("func add(a int) int {\n\treturn a\n}\n\nfunc sub() {\n\tadd(1)\n}\n", "add", 1...3),
            ("func (s *Store) Add(a int) {\n\ts.x = a\n}\n", "Add", 1...3),
            ("pub fn add(a: i32) -> i32 {\n    a\n}\nfn sub() {}\n", "add", 1...3),
            ("impl<'a> Store {\n    fn x(&'a self) {}\n}\n", "Store", 1...3),
            ("class A\n  def add\n    1\n  end\n\n  def sub\n    2\n  end\nend\n", "add", 2...4),
            ("int main(void)\n{\n    return 0;\n}\nint x;\n", "main", 1...4),
            ("static int\tadd(int a) {\n  return a;\n}\n", "add", 1...3),
            ("package func add() -> Int { 1 }\nfunc sub() {}\n", "add", 1...1),
            ("/// Adds.\n@discardableResult\nfunc add() {\n}\n", "add", 1...4),
            ("exports.add = function (a) {\n  return a;\n};\n", "add", 1...3),
            ("function add() {\n  return 1;\n}\nadd();\n", "add", 1...3),
            ("build() {\n  make\n}\n", "build", 1...3),
        ] as [(String, String, ClosedRange<Int>)]
    )
    func languages(text: String, symbol: String, range: ClosedRange<Int>) {
        #expect(SymbolRanges(Array(text.utf8)).ranges(of: symbol) == [range])
    }

    @Test("Uses are no definitions")
    func uses() {
        for line in [
            "add(1)", "  return add(x)", "x = add(1)", "# def add", "// func add() {", "if add() {", "readd()",
        ] {
            #expect(!DefinitionLine.defines("add", line), "\(line)")
        }
    }

    @Test("A change moved by equal lines around it is judged by what it changed")
    func slider() {
        // A diff may say that the lines added are `}`, ``, `func b() {`, `return`, with the old end as the new one.
        let old = "func a() {\n    return\n}\n"
        let new = "func a() {\n    return\n}\n\nfunc b() {\n    return\n}\n"
        #expect(symbols("b", old: old, new: new) == .kept)
        #expect(isBroken(symbols("a", old: old, new: new)))
    }

    @Test("Without a definition to be found, hunk contexts decide, and else it rests on review")
    func notFound() {
        let region = RegionCheck(region: Region(kind: .symbols, text: "section", symbols: ["section"]))
        var unknown = change("x\n", "y\n")
        guard case .restsOnReview = region.answer(unknown) else {
            Issue.record("expected review")
            return
        }
        unknown.contexts = ["the section of all"]
        #expect(region.answer(unknown) == .kept)
        unknown.contexts = ["the section of all", "another"]
        #expect(region.answer(unknown) != .kept)
    }

    @Test("A prose region rests on review")
    func prose() {
        let region = RegionCheck(region: Region(kind: .prose, text: "rate limiter section ONLY"))
        guard case .restsOnReview(let why) = region.answer(change("a", "b")) else {
            Issue.record("expected review")
            return
        }
        #expect(why.contains("rate limiter section ONLY"))
    }

    @Test("An edit outside of a random function never passes as inside", arguments: SeededRandom.seeds(150))
    func symbolProperty(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let names = ["alpha", "beta", "gamma", "delta"]
        let isPython = random.oneIn(2)
        let bodies = names.map { name in
            let lines = (0..<random.int(in: 1...4)).map { _ in "    \(random.word())" }
            return isPython
                ? (["def \(name)():"] + lines + [""]) : (["function \(name)() {"] + lines + ["}", ""])
        }
        let target = random.int(in: 0...3)
        let edited = random.int(in: 0...3)
        var changed = bodies
        changed[edited].insert("    edited", at: random.int(in: 1...2))
        let (old, new) = (bodies.flatMap { $0 }.joined(separator: "\n"), changed.flatMap { $0 }.joined(separator: "\n"))
        let answer = symbols(names[target], old: old, new: new)
        #expect((answer == .kept) == (target == edited), "\(names[target]) of:\n\(new)\n\(random)")
    }
}
