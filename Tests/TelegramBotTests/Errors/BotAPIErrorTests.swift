import Testing

@testable import TelegramBot

@Suite struct BotAPIErrorTests {
    static let known: [(Int, String, BotAPIError, BotAPIError.Remedy)] = [
        (400, "Bad Request: message is not modified: specified new message content …", .notModified, .ignore),
        (400, "Bad Request: TOPIC_NOT_MODIFIED", .notModified, .ignore),
        (400, "Bad Request: query is too old and response timeout expired or query ID is invalid", .queryTooOld, .ignore),
        (400, "Bad Request: message to edit not found", .messageGone, .forgetMessage),
        (400, "Bad Request: message to delete not found", .messageGone, .forgetMessage),
        (400, "Bad Request: message can't be edited", .messageGone, .forgetMessage),
        (400, "Bad Request: message to be replied not found", .replyTargetGone, .repeatWithoutReply),
        (400, "Bad Request: message thread not found", .threadGone(.notFound), .restoreTopic),
        (400, "Bad Request: TOPIC_CLOSED", .threadGone(.closed), .restoreTopic),
        (400, "Bad Request: TOPIC_DELETED", .threadGone(.deleted), .restoreTopic),
        (400, "Bad Request: chat not found", .chatDead(.notFound), .abandonChat),
        (403, "Forbidden: bot was blocked by the user", .chatDead(.blockedByUser), .abandonChat),
        (403, "Forbidden: bot was kicked from the supergroup chat", .chatDead(.kicked), .abandonChat),
        (403, "Forbidden: bot is not a member of the channel chat", .chatDead(.notAMember), .abandonChat),
        (403, "Forbidden: bot can't initiate conversation with a user", .chatDead(.cannotInitiate), .abandonChat),
        (403, "Forbidden: user is deactivated", .chatDead(.userDeactivated), .abandonChat),
        (401, "Unauthorized", .unauthorized, .stopBot),
        (404, "Not Found: method not found", .methodUnknown, .giveUp),
        (
            409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
            .conflict(.otherPoller), .backOff
        ),
        (
            409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
            .conflict(.webhook), .backOff
        ),
        (413, "Request Entity Too Large", .tooLarge("Request Entity Too Large"), .giveUp),
        (400, "Bad Request: file is too big", .tooLarge("Bad Request: file is too big"), .giveUp),
        (
            400, "Bad Request: can't parse entities: Unsupported start tag",
            .cantParseEntities("Bad Request: can't parse entities: Unsupported start tag"),
            .repeatAsPlainText
        ),
        (400, "Bad Request: message is too long", .rejected(status: 400, description: "Bad Request: message is too long"), .giveUp),
        (400, "Bad Request: BUTTON_DATA_INVALID", .rejected(status: 400, description: "Bad Request: BUTTON_DATA_INVALID"), .giveUp),
        (403, "Forbidden: something new", .rejected(status: 403, description: "Forbidden: something new"), .giveUp),
        (421, "Misdirected Request", .rejected(status: 421, description: "Misdirected Request"), .giveUp),
        (500, "Internal Server Error: restart", .server(status: 500, description: "Internal Server Error: restart"), .backOffUncertain),
    ]

    @Test("each refusal has its meaning and its remedy", arguments: known)
    func meaning(status: Int, description: String, expected: BotAPIError, remedy: BotAPIError.Remedy) {
        let error = BotAPIError(status: status, description: description)
        #expect(error == expected)
        #expect(error.remedy == remedy)
        #expect(
            BotAPIError(status: status, description: description.uppercased()).remedy == remedy, "the case of the wording does not count")
    }

    @Test func aMigrationNamesTheNewChat() {
        let error = BotAPIError(status: 400, description: "Bad Request: group chat was upgraded to a supergroup chat", migratedTo: -1001)
        #expect(error == .migrated(to: -1001))
        #expect(error.remedy == .rewriteChat(-1001))
    }

    @Test func onlyWhatMayHaveArrivedIsUncertain() {
        #expect(BotAPIError.transport(.init(.maybeSent, .staleConnection)).mayHaveTakenEffect)
        #expect(BotAPIError.server(status: 502, description: "").mayHaveTakenEffect)
        #expect(!BotAPIError.transport(.init(.notSent, .connectionRefused)).mayHaveTakenEffect)
        #expect(!BotAPIError.retryAfter(3).mayHaveTakenEffect)
        #expect(BotAPIError.transport(.init(.notSent, .unsupportedURL)).remedy == .giveUp)
    }

    @Test func theBackOffDoublesToAMinute() {
        var dice = Dice(1)
        for (attempt, seconds) in [(1, 1), (2, 2), (3, 4), (6, 32), (7, 60), (50, 60), (0, 1), (-5, 1), (Int.max, 60)] {
            for _ in 0..<20 {
                let delay = Backoff.delay(afterAttempt: attempt, using: &dice)
                #expect(delay <= .seconds(seconds) && delay >= .milliseconds(seconds * 500))
            }
        }
    }
}
