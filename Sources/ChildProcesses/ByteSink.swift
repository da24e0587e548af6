/// Consumes one output stream of a child in pieces, in order.
protocol ByteSink: SendableMetatype {
    mutating func consume(_ bytes: UnsafeRawBufferPointer)
    /// Called once, after the last piece.
    mutating func finish()
}
