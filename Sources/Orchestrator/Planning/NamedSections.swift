/// Finds agents whose headings are bare names or numbers, by what else the file says about them.
///
/// A heading such as `Alice — Rounding` or `T1: Writer` could be any section. It is an agent's when its own text says
/// what is owned, at least two such headings stand side by side, and the name is a person's in the file's own words:
/// the text says `owns`, the name has the shape of an identifier, or the merge order has it.
struct NamedSections {
    let document: Document
    let sections: [Section]

    func find() -> [(section: Int, heading: AgentHeading)] {
        let owning = owningHeadings()
        guard owning.count > 1 else { return [] }
        let merged = mergedNames()
        var siblings: [Place: [(section: Int, heading: AgentHeading)]] = [:]
        for index in owning.keys.sorted() {
            let section = sections[index]
            guard let heading = AgentHeading.named(section.title), WaveTitle.number(section.title) == nil,
                SectionKind.of(heading.id, isPrompt: true) == nil, SectionKind.of(heading.id, isPrompt: false) == nil,
                owning[index] == true || Self.isIdentifier(heading.id) || merged.contains(heading.id.lowercased())
            else { continue }
            siblings[Place(level: section.level, parent: section.parent), default: []].append((index, heading))
        }
        let groups = siblings.values.filter { group in
            group.count > 1 && Set(group.map { $0.heading.id.lowercased() }).count == group.count
        }
        // The first group in the file: sections of sections are no agents beside their parents.
        return groups.min { ($0.first?.section ?? 0) < ($1.first?.section ?? 0) } ?? []
    }

    private struct Place: Hashable {
        var level: Int
        var parent: Int?
    }

    /// Real headings with an ownership list below them, and whether it speaks of owning.
    private func owningHeadings() -> [Int: Bool] {
        var owning: [Int: Bool] = [:]
        for section in sections where section.headingBlock != nil {
            guard SectionKind.of(section.title, isPrompt: true) == .ownership, namesPath(section),
                let heading = heading(above: section)
            else { continue }
            let words = Inline.words(section.title)
            let isSaid = ["own", "owns", "owned", "ownership"].contains { Inline.hasWords(words, $0) }
            owning[heading] = owning[heading] ?? false || isSaid
        }
        return owning
    }

    private func heading(above section: Section) -> Int? {
        var parent = section.parent
        while let index = parent, sections[index].level >= Section.boldLevel { parent = sections[index].parent }
        return parent.flatMap { sections[$0].headingBlock == nil ? nil : $0 }
    }

    private func namesPath(_ section: Section) -> Bool {
        if let text = section.inlineText, !PathListReader.read(text, line: 0, column: 0).isEmpty { return true }
        return section.blocks.contains { index in
            let block = document.blocks[index]
            return block.isLine && !PathListReader.read(block.text, line: 0, column: 0).isEmpty
        }
    }

    /// `T1`, `2`, `B`.
    private static func isIdentifier(_ id: String) -> Bool {
        id.count <= 6 && id.contains(where: \.isNumber) || id.count == 1 && id.first?.isUppercase == true
    }

    private func mergedNames() -> Set<String> {
        var names: Set<String> = []
        for section in sections where section.kind == .merge {
            for index in section.blocks where document.blocks[index].isLine {
                names.formUnion(AgentMatch.tokens(document.blocks[index].text).map { $0.lowercased() })
            }
        }
        return names
    }
}
