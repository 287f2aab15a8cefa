import HubService
import Testing

/// What an edge tells the caller.
enum Refusal: Equatable {
    case notFound, forbidden, unauthenticated, conflict, invalid, tooManyTries, keyReused, unavailable

    init(_ error: any Error) {
        self =
            switch HubError(error) {
            case .notFound: .notFound
            case .forbidden: .forbidden
            case .unauthenticated: .unauthenticated
            case .conflict: .conflict
            case .invalid: .invalid
            case .tooManyTries: .tooManyTries
            case .keyReused: .keyReused
            case .unavailable: .unavailable
            }
    }
}

/// Expects `body` to be refused, and says in which words.
@discardableResult
func refused(
    _ refusal: Refusal, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async -> String {
    do {
        try await body()
        Issue.record("was not refused", sourceLocation: sourceLocation)
        return ""
    } catch {
        #expect(Refusal(error) == refusal, "\(error)", sourceLocation: sourceLocation)
        return HubError(error).description
    }
}
