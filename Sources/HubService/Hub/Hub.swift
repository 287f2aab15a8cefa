import Cryptography
import HubCore
import HubStore
import Logging

/// The hub's use cases over its database: what every edge (chat, REST, command line) calls.
///
/// A *use case* changes something: it runs in one transaction, behind the one authorisation gate, and at most once for a key. A
/// *query* reads. Neither waits for the network.
package final class Hub: Sendable {
    package let database: any SQLDatabase
    package let clock: any HubClock
    package let vault: Vault
    package let log: Logger
    package let spending: SpendingRules
    package let keys = KeyCache()
    package let liveness = Liveness()
    package let timers = TimerQueue()
    package let ruleWatch = RuleWatch()
    package let doorbell = Doorbell()

    package init(
        database: any SQLDatabase, vault: Vault, clock: any HubClock = SystemClock(), log: Logger = Logger(label: "hub"),
        spending: SpendingRules = .standard
    ) {
        (self.database, self.vault, self.clock, self.log, self.spending) = (database, vault, clock, log, spending)
    }

    /// Brings the schema up to date and makes the project `default` at a first start. To be called before anything else.
    ///
    /// - Throws: ``SQLFault``
    package func prepare() async throws {
        try await Schema.hub.migrate(database)
        try await run(MakeDefaultProject(), as: .hub)
        while try await database.read({ try TaskTable($0).isAnyUnclassified() }) {
            try await database.write { try TaskTable($0).classify() }
        }
    }

    /// Carries out a use case, and returns once its effect is on disk.
    ///
    /// - Parameter key: names the request for good. If it took effect before, its outcome comes back and nothing happens again.
    /// - Throws: ``HubError`` and what the domain throws (``AgentTask/IllegalTransition`` …); the state is then as it was.
    @discardableResult
    package func run<Case: UseCase>(_ useCase: Case, as caller: Caller, once key: HandledTable.Key? = nil) async throws -> Case.Outcome {
        let now = clock.now()
        let (vault, spending) = (vault, spending)
        let (outcome, effects) = try await database.write { connection in
            let transaction = HubTransaction(connection: connection, now: now, caller: caller, vault: vault, spending: spending)
            let outcome = try transaction.carryOut(useCase, once: key)
            return (outcome, transaction.effects)
        }
        for effect in effects { effect(self) }
        return outcome
    }

    /// Answers a query from one consistent state.
    ///
    /// - Throws: ``HubError``
    package func ask<Question: Query>(_ query: Question, as caller: Caller) async throws -> Question.Answer {
        let now = clock.now()
        let (vault, spending) = (vault, spending)
        return try await database.read { connection in
            let transaction = HubTransaction(connection: connection, now: now, caller: caller, vault: vault, spending: spending)
            let subject = try query.subject(in: transaction)
            try Gate.admit(caller, .permission(Question.permission), on: query.scope(of: subject), in: transaction)
            return try query.answer(from: subject, in: transaction)
        }
    }
}
