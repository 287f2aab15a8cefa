import HubTesting
import Testing

@Suite struct SQLiteConformanceTests {
    @Test("does what every driver must", .timeLimit(.minutes(1)), arguments: DatabaseConformance.cases)
    func conforms(_ each: DatabaseConformance.Case) async throws {
        try await withDatabase { try await each.run(on: $0) }
    }
}
