extension Int64 {
    /// The sum, or the largest number if that is too small: a count of output that a peer makes up, again and again, ends nothing.
    func addingSaturated(_ other: Int64) -> Int64 {
        let (sum, isOverflow) = addingReportingOverflow(other)
        return isOverflow ? .max : sum
    }
}
