import HubCore

extension Fields {
    /// A retry policy: a number of attempts, or an object with `attempts` and, each with a standard, `backoff_seconds`, `backoff_factor`
    /// and `backoff_max_seconds`. One attempt, or none, takes a policy away. What the numbers may be says ``RetryPolicy/checked()``.
    package func retry(_ name: String = "retry") throws(WireFault) -> RetryPolicy? {
        guard let value = value(name) else { return nil }
        if let attempts = value.int { return RetryPolicy(attempts: attempts) }
        guard value.members != nil else {
            throw .kind(name, "a number of attempts or an object with \"attempts\"", value.kindName)
        }
        let fields = try Fields(value, named: name)
        guard let attempts = try fields.int("attempts") else { throw .missing(name + ".attempts") }
        return RetryPolicy(
            attempts: attempts, start: try fields.int("backoff_seconds") ?? RetryPolicy.standardStart,
            factor: try fields.int("backoff_factor") ?? RetryPolicy.standardFactor, maximum: try fields.int("backoff_max_seconds"))
    }
}
