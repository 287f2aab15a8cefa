import HubCore
import Testing

/// Pain 3: a task may ask to be tried again, with limits and backoff.
@Suite struct RetryPolicyTests {
    @Test("each pause is the factor times the one before, up to the longest") func pauses() {
        let policy = RetryPolicy(attempts: 8, start: 60, factor: 3, maximum: 1000)
        #expect((1...6).map { policy.pause(after: $0) } == [60, 180, 540, 1000, 1000, 1000].map { Duration.seconds($0) })
        let steady = RetryPolicy(attempts: 3, start: 30, factor: 1)
        #expect((1...3).map { steady.pause(after: $0) } == [30, 30, 30].map { Duration.seconds($0) })
    }

    @Test("no policy that holds overflows, and no pause is longer than its longest or shorter than the one before") func extremes() throws {
        for start in [1, 60, 86_400] {
            for factor in RetryPolicy.factorRange {
                let policy = try RetryPolicy(attempts: 20, start: start, factor: factor, maximum: 86_400).checked()
                let pauses = (1...1000).map { policy.pause(after: $0) }
                #expect(pauses == pauses.sorted() && pauses.last! <= .seconds(86_400))
            }
        }
    }

    @Test("standards: a minute, doubled, at most an hour, or the first pause if that is longer") func standards() throws {
        let policy = try RetryPolicy(attempts: 3).checked()
        #expect((policy.start, policy.factor, policy.maximum) == (60, 2, 3600))
        #expect(try RetryPolicy(attempts: 3, start: 7200).checked().maximum == 7200)
    }

    @Test("the limit counts the first attempt") func limit() {
        let policy = RetryPolicy(attempts: 3)
        #expect((1...4).map(policy.allowsAnother(after:)) == [true, true, false, false])
        #expect(RetryPolicy.none.isNone && RetryPolicy(attempts: 0).isNone && !policy.isNone)
    }

    static let faults: [(RetryPolicy, RetryPolicy.Fault)] = [
        (.init(attempts: 21), .attempts(21)), (.init(attempts: -1), .attempts(-1)), (.init(attempts: 2, start: 0), .start(0)),
        (.init(attempts: 2, start: 86_401), .start(86_401)), (.init(attempts: 2, factor: 0), .factor(0)),
        (.init(attempts: 2, factor: 11), .factor(11)), (.init(attempts: 2, start: 60, maximum: 59), .maximum(59)),
        (.init(attempts: 2, maximum: 86_401), .maximum(86_401)),
    ]

    @Test("what is out of range is refused, and the sentence says the range", arguments: faults)
    func refused(_ policy: RetryPolicy, _ fault: RetryPolicy.Fault) {
        #expect(throws: fault) { try policy.checked() }
        #expect(throws: AgentTask.ContentFault.retry(fault)) {
            try AgentTask.Content(title: "x", retry: policy).validated()
        }
        #expect(fault.description.contains("retry."))
    }

    @Test("one attempt is no policy, and a stored policy comes back as it was") func stored() throws {
        #expect(try AgentTask.Content(title: "x", retry: RetryPolicy(attempts: 1)).validated().retry == nil)
        let policy = RetryPolicy(attempts: 5, start: 10, factor: 3, maximum: 100)
        #expect(RetryPolicy(stored: policy.json) == policy)
        #expect(RetryPolicy(stored: .null) == nil && RetryPolicy(stored: nil) == nil)
    }
}
