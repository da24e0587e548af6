import RunModel

/// Joins the acts of all clauses.
struct ActJudge {
    let acts: [ClauseAct]
    let context: ThreadContext
    let prose: MessageProse

    private func places(_ kind: (ClauseAct.Kind) -> Bool) -> [Int] { acts.indices.filter { kind(acts[$0].kind) } }
    private var pointers: [(place: Int, pointer: OptionPointer)] {
        acts.indices.compactMap { place in
            guard case .points(let pointer) = acts[place].kind else { return nil }
            return (place, pointer)
        }
    }

    mutating func result() -> MessageClassifier.Result {
        // A noun that sounds like a request asks nothing beside other clauses: `next to the tab "Details"`.
        let decides = acts.contains { $0.kind == .decides }
        let asking = places { $0 == .asks }.filter { place in
            !decides || acts[place].words.count != 1
                || ["why", "how", "what", "where", "when"].contains(acts[place].words[0])
        }
        let deciding = places { $0 == .decides }
        let refusing = places { $0 == .refuses }
        let agreeing = places { $0 == .agrees }
        let pointing = pointers
        let limiting = places { $0 == .limits }
        let choices = (deciding + pointing.map(\.place) + agreeing).sorted()

        if let last = asking.last, last > (choices + refusing).max() ?? -1 {
            return make(.question, acts[last].strength - (choices.isEmpty && refusing.isEmpty ? 0 : 0.2), acts[last])
        }
        if prose.isLabelledQuestion, !asking.isEmpty { return make(.question, 0.9, acts[asking[0]]) }
        if !refusing.isEmpty, deciding.isEmpty, pointing.isEmpty, prose.words.contains("instead"), prose.words.count > 3
        {
            return make(.decision, 0.65, acts[refusing[0]])
        }
        if let refusal = governingRefusal(refusing, choices: deciding + pointing.map(\.place), agreeing: agreeing) {
            return refuse(refusal, isDoubtful: !asking.isEmpty)
        }
        if !pointing.isEmpty {
            return point(
                pointing.map(\.pointer),
                place: pointing[0].place,
                isMore: !deciding.isEmpty || !limiting.isEmpty || addsMore()
            )
        }
        if let first = deciding.first { return decide(first, isDoubtful: !asking.isEmpty) }
        if let rating = places({ $0 == .rates }).first, agreeing.isEmpty {
            return make(.other, acts[rating].strength, acts[rating])
        }
        return agreement(agreeing: agreeing, limiting: limiting, asking: asking)
    }

    /// A remark beside a pointer that changes what was pointed at: `1 (but 60 days)`.
    private func addsMore() -> Bool {
        acts.contains { act in
            guard act.kind == .tells else { return false }
            if let first = act.words.first, WordTables.reasons.contains(first) { return act.words.count > 3 }
            guard MessageProse.isPhrase(act.words) else { return false }
            return act.isContrast || act.words.count > 3 || act.words.contains { $0.first?.isNumber == true }
        }
    }

    /// The refusal that governs, if one does.
    private func governingRefusal(_ refusing: [Int], choices: [Int], agreeing: [Int]) -> ClauseAct? {
        guard let last = refusing.last else { return nil }
        guard let lastChoice = choices.max() else { return acts[last] }
        // `do it, otherwise skip` decides; `we should do it but not now` does not.
        let act = acts[last]
        if act.isConditional { return nil }
        let isRepeated = refusing.count { $0 > lastChoice } > 1
        if last > lastChoice, act.isContrast || isForLater(act.words) || isRepeated { return act }
        return nil
    }

    private func isForLater(_ words: [String]) -> Bool {
        WordTables.postponing.length(in: words, at: 0) != nil
    }

    private func refuse(_ act: ClauseAct, isDoubtful: Bool) -> MessageClassifier.Result {
        let options = context.offered.filter(\.isSkip)
        var result = make(.skip, act.strength - (isDoubtful ? 0.15 : 0), act)
        if options.count == 1 { result.options = options }
        return result
    }

    private func point(_ pointers: [OptionPointer], place: Int, isMore: Bool) -> MessageClassifier.Result {
        var options: [DecisionOption] = []
        for pointer in pointers {
            for option in context.options(at: pointer) where !options.contains(option) { options.append(option) }
        }
        let rest = pointers.flatMap(\.rest)
        let added = Set(rest).subtracting(WordTables.empty)
        let isSkipping = !rest.isEmpty && WordTables.skippingLabels.length(in: rest, at: 0) != nil
        if isSkipping, options.allSatisfy(\.isSkip) {
            return MessageClassifier.Result(
                kind: .skip,
                confidence: 0.85,
                options: options,
                evidence: evidence(acts[place])
            )
        }
        // With no list shown, a number answers the question: `7`.
        let isValue =
            options.isEmpty && (context.isPosted && context.offered.isEmpty || isOutside(pointers))
            && acts[place].words.count < 3 && !acts[place].words.contains { $0.hasPrefix("opt") }
        let isBare = !isMore && added.isEmpty && !isValue
        var result = make(
            isBare ? .bareOption : .decision,
            acts[place].strength - (options.isEmpty ? 0.15 : 0),
            acts[place]
        )
        result.options = options
        // What stands behind the number may be the option's own text.
        if !isBare, options.count == 1, options[0].isSkip, isSameText(options[0]) { result.kind = .skip }
        return result
    }

    private func isOutside(_ pointers: [OptionPointer]) -> Bool {
        !context.offered.isEmpty && pointers.contains { $0.numbers.contains { $0 > context.offered.count } }
    }

    private func decide(_ place: Int, isDoubtful: Bool) -> MessageClassifier.Result {
        var result = make(.decision, acts[place].strength - (isDoubtful ? 0.1 : 0), acts[place])
        if let option = context.option(named: prose.words) {
            result.options = [option]
            if option.isSkip, isSameText(option) { result.kind = .skip }
        }
        return result
    }

    private func isSameText(_ option: DecisionOption) -> Bool {
        let own = Set(Wording.words(option.label, isMending: false))
        let said = Set(prose.words)
        return Double(own.intersection(said).count) >= 0.7 * Double(max(1, own.count))
    }

    /// No clause decides: what agreement, thanks, conditions and remarks make together.
    private func agreement(agreeing: [Int], limiting: [Int], asking: [Int]) -> MessageClassifier.Result {
        let denying = places { $0 == .denies }
        let noting = places { $0 == .notes }
        let conditioning = places { $0 == .conditions }
        let telling = places { $0 == .tells }
        if let last = asking.last, agreeing.isEmpty { return make(.question, 0.7, acts[last]) }
        if let first = agreeing.first {
            // A raised thumb behind `noted` is only friendly.
            if let note = noting.first, agreeing.allSatisfy({ acts[$0].words.first == "thumbsup" }) {
                return make(.acknowledgement, 0.8, acts[note])
            }
            // `the usual thing is one message, so do that`: what was said before is what shall be done.
            let isReference = agreeing.contains { place in
                ["do that", "do this", "that one", "lets do that"].contains(acts[place].words.joined(separator: " "))
                    && telling.contains { $0 < place && acts[$0].words.count > 3 }
            }
            if isReference { return make(.decision, 0.65, acts[first]) }
            if context.isPosted, !context.isProposed, context.offered.isEmpty,
                WordTables.content.length(in: acts[first].words, at: 0) != nil
            {
                return make(.skip, 0.6, acts[first])
            }
            let isLimited = telling.contains { acts[$0].words.count > 1 && MessageProse.isPhrase(acts[$0].words) }
            if !limiting.isEmpty || !conditioning.isEmpty || isLimited {
                return make(.decision, 0.75, acts[first], context.proposal)
            }
            // Agreement with nothing to agree to is courtesy.
            if !context.isAsked, let note = noting.first, !agreeing.contains(where: { acts[$0].words.first != "yes" }) {
                return make(.acknowledgement, 0.7, acts[note])
            }
            if !context.isAsked, !agreeing.contains(where: { isOrder(acts[$0]) }) {
                return make(.acknowledgement, 0.7, acts[first])
            }
            return make(.bareOption, acts[first].strength - (telling.isEmpty ? 0 : 0.2), acts[first], context.proposal)
        }
        if let first = denying.first {
            if !limiting.isEmpty { return make(.decision, 0.6, acts[first]) }
            return make(.skip, context.isAsked ? 0.75 : 0.55, acts[first])
        }
        if let first = noting.first, telling.isEmpty, limiting.isEmpty, conditioning.isEmpty {
            // `ok` to the one thing that was proposed takes it; `thanks` does not.
            let isConsent =
                context.isAsked && (context.proposal != nil || context.isProposed)
                && noting.allSatisfy { acts[$0].words.first == "ok" } && acts.count == noting.count
            return isConsent
                ? make(.bareOption, 0.6, acts[first], context.proposal) : make(.acknowledgement, 0.9, acts[first])
        }
        return remark(noting: noting, limiting: limiting, conditioning: conditioning, telling: telling)
    }

    private func isOrder(_ act: ClauseAct) -> Bool {
        act.words.starts(with: ["ok", "go"])
            || [
                "yes", "do", "go", "approved", "approve", "proceed", "fix", "implement", "lets", "please", "ship",
                "continue", "add",
            ].contains(act.words.first ?? "")
    }

    /// Statements only: an answer where one was wanted, a remark elsewhere.
    private func remark(noting: [Int], limiting: [Int], conditioning: [Int], telling: [Int]) -> MessageClassifier.Result
    {
        let words = prose.words
        guard !acts.isEmpty else {
            return MessageClassifier.Result(
                kind: .other,
                confidence: 0.7,
                options: [],
                evidence: words.prefix(8).joined(separator: " ")
            )
        }
        let place = (telling + limiting + conditioning).min() ?? 0
        let act = acts.indices.contains(place) ? acts[place] : ClauseAct(kind: .tells, strength: 0.5)
        let parts = [words] + telling.map { acts[$0].words }.filter { $0.count > 2 }
        if let option = parts.lazy.compactMap({ context.option(named: $0) }).first, !context.wantsFacts {
            return make(option.isSkip ? .skip : .decision, 0.7, act, option)
        }
        if prose.isLabelledDecision { return make(.decision, 0.8, act) }
        let isPersonal = ["i", "you"].contains(act.words.first ?? "")
        if !limiting.isEmpty, context.isAsked { return make(.decision, 0.6, act) }
        if !conditioning.isEmpty, context.isAsked, words.count > 3 { return make(.decision, 0.5, act) }
        if let proposal = telling.first(where: { context.repeatsPost(acts[$0].words) }), !context.wantsFacts {
            return make(.decision, 0.55, acts[proposal])
        }
        if !noting.isEmpty {
            let isDone = ["done", "completed", "finished"].contains(acts[noting[0]].words.first ?? "")
            let told = isDone ? [] : telling.map { acts[$0].words }.filter { $0.count > 3 }
            guard let first = told.first else { return make(.acknowledgement, 0.6, act) }
            // `ok: 20 a second, answer 429` says what to do; `ok, our lawyer has it now` tells something.
            let isValue = context.isPosted && !context.wantsFacts && first[0].first?.isNumber == true
            return make(isValue ? .decision : .other, 0.5, act)
        }
        // A short phrase answers what was asked: `30 seconds`, `admins only`.
        let isMeasure = telling.contains { place in
            acts[place].words.first.map {
                $0.first?.isNumber == true || $0 != "one" && $0 != "i" && WordTables.numberWords[$0] != nil
            } ?? false
        }
        if context.isAsked, !context.wantsFacts, !isPersonal, !prose.isData,
            isMeasure && words.count <= 20
                || words.count <= 8 && MessageProse.isPhrase(act.words) && act.words.joined().count > 2
        {
            return make(.decision, 0.5, act)
        }
        return make(.other, 0.55, act)
    }

    private func make(
        _ kind: MessageKind,
        _ confidence: Double,
        _ act: ClauseAct,
        _ option: DecisionOption? = nil
    ) -> MessageClassifier.Result {
        MessageClassifier.Result(
            kind: kind,
            confidence: confidence,
            options: option.map { [$0] } ?? [],
            evidence: evidence(act)
        )
    }

    private func evidence(_ act: ClauseAct) -> String { act.words.prefix(8).joined(separator: " ") }
}
