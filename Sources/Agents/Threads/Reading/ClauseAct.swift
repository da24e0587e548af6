/// What one clause does.
struct ClauseAct: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// Wants to be told something.
        case asks
        /// Says what shall be done.
        case decides
        /// Wants nothing done, or not now.
        case refuses
        /// Names an offered option.
        case points(OptionPointer)
        /// Says what is to be thought of an option, and chooses none: `option 1 is too expensive`.
        case rates
        /// `yes`, `do it`, `sounds good`.
        case agrees
        /// `no`.
        case denies
        /// `ok`, `thanks`, `got it`.
        case notes
        /// Limits what was said: `for admins only`.
        case limits
        /// A condition without what follows of it: `if users complain`.
        case conditions
        /// A fact, a reason, a remark.
        case tells
    }

    var kind: Kind
    /// From 0 to 1.
    var strength: Double
    var isContrast = false
    var isConditional = false
    var isHedged = false
    /// A refusal of more than `this`, so it may be the reason of a decision: `we dont need the modal`.
    var words: [String] = []
}
