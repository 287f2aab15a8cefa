import Foundation
import HTTPClient
import Testing

import class HubCore.Locked

@testable import TelegramBot

struct TooLate: Error {}

/// Waits until `condition` holds, for at most a minute.
func eventually(_ condition: @Sendable () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while !condition() {
        guard ContinuousClock.now < deadline else { throw TooLate() }
        try await Task.sleep(for: .milliseconds(2))  // between two looks
    }
}

/// Random numbers that are the same in each run (SplitMix64).
struct Dice: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

/// Answers every request from a list and keeps what was asked.
final class FakeTransport: HTTPTransport {
    private let state: Locked<(requests: [HTTPRequest], answers: [Result<HTTPResponse, HTTPTransportError>])>

    init(_ answers: [Result<HTTPResponse, HTTPTransportError>]) { state = Locked(([], answers)) }

    convenience init(result: String) {
        self.init([.success(HTTPResponse(status: 200, body: Data(#"{"ok":true,"result":\#(result)}"#.utf8)))])
    }

    convenience init(status: Int, body: String, headers: [(name: String, value: String)] = []) {
        self.init([.success(HTTPResponse(status: status, headers: headers, body: Data(body.utf8)))])
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    var lastBody: String { String(decoding: requests.last?.body ?? Data(), as: UTF8.self) }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        try state.withLock { state in
            state.requests.append(request)
            return try (state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]).get()
        }
    }
}

let secret = "AAfake-token_of_the_tests_0123456789"

func token() throws -> BotToken { try #require(BotToken("123456:\(secret)")) }

func client(_ transport: some HTTPTransport) throws -> BotAPIClient { BotAPIClient(token: try token(), transport: transport) }

/// A message as an answer to a send.
let sentMessage = #"{"message_id":7,"date":1,"chat":{"id":5,"type":"private"}}"#
