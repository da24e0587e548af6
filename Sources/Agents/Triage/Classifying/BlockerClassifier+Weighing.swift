import RunModel

/// How much each kind of evidence weighs against the others.
extension BlockerClassifier {
    func best(
        _ scores: [BlockerClass: Double],
        among family: BlockerClass.Family?,
        least: Double
    ) -> (class: BlockerClass, score: Double)? {
        scores.filter { $0.value >= least && (family == nil || $0.key.family == family) }
            .max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }
            .map { ($0.key, $0.value) }
    }

    /// Whether a demand on people is more than a remark beside orders to change code.
    func outweighsCode(_ score: Double) -> Bool { score > (demands[.qaFailure] ?? 0) + 1 }

    /// Against a label that says the work failed, only a clear cause of that kind stands.
    func isBeyondCode(_ found: BlockerClass) -> Bool {
        let cause = best(causes, among: .person, least: 3)
        switch found {
        case .specificationError, .clarification:
            return (causes[.specificationError] ?? 0) + (causes[.clarification] ?? 0) >= 2.5
        default:
            // Somebody wants an agent to go on, and asks for no person: what he reports is the agent's to mend.
            if wanted == .continuation, person != true { return false }
            return cause != nil && (cause?.score ?? 0) >= (causes[.qaFailure] ?? 0)
        }
    }

    func isCaused(by found: BlockerClass) -> Bool {
        (causes[found] ?? 0) >= 6 && (demands[.qaFailure] ?? 0) < 1.5
    }

    /// Demands and causes of people's classes are near to each other: the label, then both together decide.
    func refined(_ found: BlockerClass) -> BlockerClass {
        if let label, label.family == .person { return label }
        let both = demands.merging(causes) { $0 + $1 * 0.7 }
        return best(both, among: .person, least: 0)?.class ?? found
    }

    /// A general failure becomes the special one that the file's name or the text proves.
    func continuation(_ found: BlockerClass) -> BlockerClass {
        guard found == .qaFailure, label == nil || !(name.words.contains("qa")) else { return found }
        if nameClass == .ciFailure
            || body.source.map({ Words.tokens($0).contains("ci") || $0.lowercased().contains("github") }) == true
        {
            return .ciFailure
        }
        return nameClass == .regressionFailure ? .regressionFailure : found
    }

    /// The special kind of further work that whoever wrote the blocker asks for, or that its text shows.
    var specialContinuation: BlockerClass? {
        let asked = body.actions.lazy.compactMap(LabelTable.blockerClass).first {
            $0 == .regressionFailure || $0 == .mergeConflict
        }
        if let asked { return asked }
        let texts = body.failures.map(\.text) + body.failures.compactMap(\.evidence) + body.summary + body.logs
        let hasMarkers = texts.contains { $0.contains("<<<<<<< ") }
        return hasMarkers && (demands[.mergeConflict] ?? 0) > 0 ? .mergeConflict : nil
    }

    /// A name that says no more than that something is blocked.
    var isNameVague: Bool {
        nameClass == .clarification && !name.words.contains { $0.hasPrefix("clarif") || $0.hasPrefix("question") }
    }

    func agreement(with found: BlockerClass) -> Double {
        var confidence = 0.75
        if let top = best(causes, among: nil, least: 2) { confidence += top.class.family == found.family ? 0.1 : -0.1 }
        if let top = best(demands, among: nil, least: 2) {
            confidence += top.class.family == found.family ? 0.07 : -0.1
        }
        if nameClass == found { confidence += 0.05 }
        return min(0.97, confidence)
    }

    /// What the words of the file's name say.
    var nameClass: BlockerClass? {
        let words = name.words
        func has(_ start: String) -> Bool { words.contains { $0.hasPrefix(start) } }
        if has("rout") { return .routingError }
        if has("regress") { return .regressionFailure }
        if words.contains("ci") { return .ciFailure }
        if has("tool") { return .missingTooling }
        if has("infra") { return .infrastructure }
        if words.contains("env") || has("environment") { return .environment }
        if words.contains("ext") || has("external") { return .externalSetup }
        if has("clarif") || has("question") { return .clarification }
        if has("conflict") { return .mergeConflict }
        if has("duplicat") { return .duplicateWork }
        if has("timeout") { return .timeout }
        if words.contains("qa"), words.contains("blocked") { return .infrastructure }
        if words.contains("qa") || has("fail") { return .qaFailure }
        if has("blocked") { return .clarification }
        return nil
    }
}
