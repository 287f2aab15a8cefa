/// The Bot API tells refusals apart by their descriptions only, and changes their wording: this is the one place that knows it.
///
/// The wording is that of the server's own source (tdlib/telegram-bot-api, `Client.cpp`); names in capitals come from Telegram's inner protocol.
enum ErrorTable {
    private typealias Row = (fragment: String, meaning: BotAPIError)

    /// With the code 400.
    private static let badRequests: [Row] = [
        ("message is not modified", .notModified),
        ("message_not_modified", .notModified),
        ("topic_not_modified", .notModified),
        ("query is too old", .queryTooOld),
        ("query_id_invalid", .queryTooOld),
        ("message to edit not found", .messageGone),
        ("message to delete not found", .messageGone),
        ("message to react not found", .messageGone),
        ("message can't be edited", .messageGone),
        ("message can't be deleted", .messageGone),
        ("message_id_invalid", .messageGone),
        ("message to be replied not found", .replyTargetGone),
        ("message to reply not found", .replyTargetGone),
        ("replied message not found", .replyTargetGone),
        ("reply_message_id_invalid", .replyTargetGone),
        ("message thread not found", .threadGone(.notFound)),
        ("topic_id_invalid", .threadGone(.notFound)),
        ("topic_closed", .threadGone(.closed)),
        ("topic_deleted", .threadGone(.deleted)),
        ("can't parse entities", .cantParseEntities("")),
        ("entity beginning at", .cantParseEntities("")),
        ("entity_bounds_invalid", .cantParseEntities("")),
    ]

    /// With the codes 400 and 413.
    private static let sizes: [Row] = [
        ("file is too big", .tooLarge("")),
        ("request entity too large", .tooLarge("")),
    ]

    /// With the codes 400 and 403.
    private static let deadChats: [Row] = [
        ("chat not found", .chatDead(.notFound)),
        ("peer_id_invalid", .chatDead(.notFound)),
        ("bot was blocked by the user", .chatDead(.blockedByUser)),
        ("user_is_blocked", .chatDead(.blockedByUser)),
        ("bot was kicked", .chatDead(.kicked)),
        ("bot is not a member", .chatDead(.notAMember)),
        ("can't initiate conversation", .chatDead(.cannotInitiate)),
        ("bots can't send messages to bots", .chatDead(.cannotInitiate)),
        ("user is deactivated", .chatDead(.userDeactivated)),
        ("the group chat was deleted", .chatDead(.notFound)),
        ("have no rights to send a message", .chatDead(.notEnoughRights)),
        ("not enough rights to send text messages", .chatDead(.notEnoughRights)),
        ("chat_write_forbidden", .chatDead(.notEnoughRights)),
    ]

    /// With the code 409.
    private static let conflicts: [Row] = [
        ("webhook", .conflict(.webhook))
    ]

    /// The first row whose lower-cased fragment is in `description`.
    static func meaning(of description: String, status: Int) -> BotAPIError? {
        let rows: [Row] =
            switch status {
            case 400: badRequests + sizes + deadChats
            case 403: deadChats
            case 409: conflicts
            case 413: sizes
            default: []
            }
        let text = description.lowercased()
        guard let meaning = rows.first(where: { text.contains($0.fragment) })?.meaning else { return nil }
        return switch meaning {
        case .cantParseEntities: .cantParseEntities(description)
        case .tooLarge: .tooLarge(description)
        default: meaning
        }
    }
}
