package import RunModel

extension DecisionOption {
    /// Taking it means to do nothing: `Skip - the diagram is self-explanatory`.
    package var isSkip: Bool {
        WordTables.skippingLabels.length(in: Wording.words(label, isMending: false), at: 0) != nil
    }
}
