extension Sequence<UInt8> where Self: BidirectionalCollection {
    /// Without the spaces at the end.
    func trimmingBlanks() -> SubSequence {
        var end = endIndex
        while end > startIndex, self[index(before: end)] == UInt8(ascii: " ") { end = index(before: end) }
        return self[..<end]
    }
}
