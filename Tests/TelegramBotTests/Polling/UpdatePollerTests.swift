import Foundation
import HTTPClient
import Testing

import class HubCore.Locked

@testable import TelegramBot

@Suite(.timeLimit(.minutes(2))) struct UpdatePollerTests {
    /// A server, a store and a clock for one loop. The loop ends when the script does.
    private final class Stage: Sendable {
        struct State {
            var script: [Result<[Int64], BotAPIError>]
            var offsets: [Int64?] = []
            var stored: [[Int64]] = []
            var sleeps: [String] = []
            var statuses: [PollStatus] = []
            var time = 0.0
        }

        let state: Locked<State>
        init(_ script: [Result<[Int64], BotAPIError>]) { state = Locked(State(script: script)) }

        var timing: PollTiming {
            PollTiming(
                now: { [state] in Date(timeIntervalSince1970: state.withLock(\.time)) },
                sleep: { [state] length, purpose in
                    // A watchdog that never bites.
                    guard purpose != .watchdog else { return try await Task.sleep(for: .seconds(3600)) }  // until cancelled
                    state.withLock { $0.sleeps.append("\(purpose) \(length.components.seconds)") }
                    try Task.checkCancellation()
                }, backOff: { .seconds($0) })
        }

        func poller(pollSeconds: Double = 1, removeWebhook: (@Sendable () async throws -> Void)? = nil) -> UpdatePoller {
            UpdatePoller(
                timeout: 50, timing: timing, report: { [state] status in state.withLock { $0.statuses.append(status) } },
                removeWebhook: removeWebhook
            ) { [state] offset, _ in
                try state.withLock { state in
                    guard !state.script.isEmpty else { throw CancellationError() }
                    state.offsets.append(offset)
                    state.time += pollSeconds
                    return UpdateBatch(try state.script.removeFirst().get().map { RawUpdate(id: $0, json: Data()) })
                }
            }
        }

        func run(from offset: Int64?, pollSeconds: Double = 1, removeWebhook: (@Sendable () async throws -> Void)? = nil) async {
            await poller(pollSeconds: pollSeconds, removeWebhook: removeWebhook).run(from: offset) { [state] batch in
                state.withLock { $0.stored.append(batch.updates.map(\.id)) }
                return batch.nextOffset
            }
        }

        var offsets: [Int64?] { state.withLock(\.offsets) }
        var sleeps: [String] { state.withLock(\.sleeps) }
        var statuses: [PollStatus] { state.withLock(\.statuses) }
        var stored: [[Int64]] { state.withLock(\.stored) }
    }

    @Test func theOffsetFollowsWhatWasStoredAlsoBackwards() async {
        let stage = Stage([.success([1_000_001, 1_000_002]), .success([]), .success([17]), .success([18, 19])])
        await stage.run(from: 1_000_000)
        #expect(stage.offsets == [1_000_000, 1_000_003, 1_000_003, 18])
        #expect(stage.stored == [[1_000_001, 1_000_002], [17], [18, 19]])
        #expect(stage.sleeps.isEmpty)
        #expect(stage.statuses.last?.state == .stopped)
        #expect(stage.statuses.last?.lastFinished == Date(timeIntervalSince1970: 4))
    }

    @Test func aConflictIsReportedAndWaitedOutForMoreThanThreeSeconds() async {
        let conflict = BotAPIError.conflict(.otherPoller)
        let stage = Stage([.failure(conflict), .failure(conflict), .failure(conflict), .success([1])])
        await stage.run(from: nil)
        #expect(stage.sleeps == ["conflict 5", "conflict 10", "conflict 20"])
        #expect(
            stage.statuses.map(\.state) == [.conflict(.otherPoller), .conflict(.otherPoller), .conflict(.otherPoller), .polling, .stopped])
        #expect(stage.statuses[2].consecutiveFailures == 3 && stage.statuses[3].consecutiveFailures == 0)
    }

    @Test func aWebhookIsTakenAwayOnceAndOneThatComesBackIsReported() async {
        let webhook = BotAPIError.conflict(.webhook)
        let stage = Stage([.failure(webhook), .success([1]), .failure(webhook), .failure(webhook), .success([2])])
        let removals = Locked(0)
        await stage.run(from: nil) { removals.withLock { $0 += 1 } }
        #expect(removals.withLock(\.self) == 1)
        #expect(stage.sleeps == ["conflict 5", "conflict 10"], "after the removal it polls at once")
        #expect(stage.statuses.map(\.state) == [.polling, .conflict(.webhook), .conflict(.webhook), .polling, .stopped])
    }

    @Test func aWebhookThatCouldNotBeTakenAwayIsReportedAndTriedAgain() async {
        let webhook = BotAPIError.conflict(.webhook)
        let stage = Stage([.failure(webhook), .failure(webhook), .success([1])])
        let tries = Locked(0)
        await stage.run(from: nil) {
            let number = tries.withLock { tries in
                tries += 1
                return tries
            }
            if number == 1 { throw BotAPIError.server(status: 502, description: "") }
        }
        #expect(tries.withLock(\.self) == 2)
        #expect(stage.sleeps == ["conflict 5"])
        #expect(stage.statuses.map(\.state) == [.conflict(.webhook), .polling, .stopped])
    }

    @Test func aRevokedTokenIsTriedEveryFewMinutes() async {
        let stage = Stage([.failure(.unauthorized), .failure(.unauthorized)])
        await stage.run(from: nil)
        #expect(stage.sleeps == ["unauthorized 300", "unauthorized 300"])
        #expect(stage.statuses.first?.state == .unauthorized)
    }

    @Test func aDeadConnectionIsRetriedAtOnceButOnlyOnce() async {
        let lost = BotAPIError.transport(.init(.maybeSent, .connectionLost))
        let stage = Stage([.failure(lost), .success([]), .failure(lost), .failure(lost), .failure(lost), .success([])])
        await stage.run(from: 4)
        #expect(stage.sleeps == ["backOff 2", "backOff 3"])
    }

    @Test func failuresBackOffAndA429WaitsAsTold() async {
        let stage = Stage([
            .failure(.transport(.init(.notSent, .nameNotResolved))), .failure(.server(status: 502, description: "")),
            .failure(.retryAfter(17)),
            .success([1]), .failure(.methodUnknown),
        ])
        await stage.run(from: 4)
        #expect(stage.sleeps == ["backOff 1", "backOff 2", "backOff 17", "backOff 1"])
        #expect(stage.statuses[2].state == .backingOff(.failed(.retryAfter(17))))
        #expect(stage.statuses[2].consecutiveFailures == 2, "being told to wait is no failure")
    }

    @Test func whatWasNotStoredIsAskedForAgain() async {
        struct DiskFull: Error {}
        let stage = Stage([.success([7]), .success([7]), .success([7])])
        let tries = Locked(0)
        await stage.poller().run(from: 7) { batch in
            if tries.withLock({ tries in
                tries += 1; return tries < 3
            }) {
                throw DiskFull()
            }
            return batch.nextOffset
        }
        #expect(stage.offsets == [7, 7, 7])
        #expect(stage.sleeps == ["backOff 1", "backOff 2"])
        #expect(stage.statuses.map(\.state) == [.backingOff(.notStored), .backingOff(.notStored), .polling, .stopped])
    }

    @Test func aServerThatDoesNotWaitIsAskedMoreSlowly() async {
        let stage = Stage(Array(repeating: .success([]), count: 6))
        await stage.run(from: 7, pollSeconds: 0.01)
        #expect(stage.sleeps == ["backOff 1", "backOff 2", "backOff 3", "backOff 4"])
        let stuck = Stage(Array(repeating: .success([6]), count: 5))
        await stuck.run(from: 7)
        #expect(stuck.sleeps == ["backOff 1", "backOff 2", "backOff 3"], "the same update over and over is no progress")
    }

    @Test func aPollThatHangsIsGivenUpAndMadeAnew() async throws {
        let calls = Locked(0)
        let statuses = Locked<[PollStatus]>([])
        let watched = Locked<[Duration]>([])
        let timing = PollTiming(
            sleep: { length, purpose in
                guard purpose == .watchdog,
                    watched.withLock({
                        $0.append(length); return $0.count == 1
                    })
                else {
                    return purpose == .watchdog ? try await Task.sleep(for: .seconds(3600)) : ()  // until cancelled
                }
                // Before that the next poll could take the first one's place.
                try await eventually { calls.withLock(\.self) == 1 }
            }, backOff: { _ in .zero })
        let poller = UpdatePoller(timeout: 50, timing: timing, report: { status in statuses.withLock { $0.append(status) } }) { _, _ in
            switch calls.withLock({
                $0 += 1; return $0
            }) {
            case 1:
                // Deaf to cancellation, too.
                await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
                return UpdateBatch()
            case 2: return UpdateBatch([RawUpdate(id: 1, json: Data())])
            default: throw CancellationError()
            }
        }
        await poller.run(from: nil) { $0.nextOffset }
        #expect(watched.withLock(\.self).first == .seconds(150))
        #expect(statuses.withLock { $0.map(\.state) } == [.backingOff(.hung), .polling, .stopped])
    }

    @Test func cancellingEndsTheLoop() async throws {
        let started = Locked(false)
        let poller = UpdatePoller { _, _ in
            started.withLock { $0 = true }
            try await Task.sleep(for: .seconds(3600))  // until cancelled
            return UpdateBatch()
        }
        let loop = Task { await poller.run(from: nil) { $0.nextOffset } }
        try await eventually { started.withLock(\.self) }
        loop.cancel()
        await loop.value
    }

    @Test func aRealServerIsPolledToTheEnd() async throws {
        let server = try FakeHTTPServer { request in
            if request.body.contains(#""offset":3"#) { return .hold }
            return .answer(body: #"{"ok":true,"result":[{"update_id":1,"message":{}},{"update_id":2,"poll":{}}]}"#)
        }
        let curl = try CurlMultiLoop()
        let client = BotAPIClient(token: try token(), transport: curl, baseURL: server.url)
        let stored = Locked<[RawUpdate]>([])
        let loop = Task {
            await UpdatePoller(client: client).run(from: nil) { batch in
                stored.withLock { $0 += batch.updates }
                return batch.nextOffset
            }
        }
        try await eventually { server.held == 1 }
        await curl.shutdown()
        await loop.value
        #expect(stored.withLock { $0.map { try? Update(json: $0.json).content } } == [.malformed("message"), .other("poll")])
        #expect(
            server.requests.allSatisfy {
                $0.body.contains(#""allowed_updates":["message","edited_message","callback_query","my_chat_member","message_reaction"]"#)
            })
        server.stop()
    }
}
