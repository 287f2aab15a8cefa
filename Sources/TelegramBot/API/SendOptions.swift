/// What may accompany a new message.
package struct SendOptions: Sendable, Equatable, Codable {
    /// The message replied to. If it is gone, the message is sent all the same.
    package var replyTo: Int?
    package var markup: ReplyMarkup?
    /// Without sound.
    package var isSilent: Bool
    /// Cannot be forwarded or saved.
    package var isProtected: Bool
    /// Whether a link in the text may grow a preview card.
    package var showsLinkPreview: Bool

    package init(
        replyTo: Int? = nil, markup: ReplyMarkup? = nil, isSilent: Bool = false, isProtected: Bool = false, showsLinkPreview: Bool = false
    ) {
        (self.replyTo, self.markup, self.isSilent) = (replyTo, markup, isSilent)
        (self.isProtected, self.showsLinkPreview) = (isProtected, showsLinkPreview)
    }
}

extension MethodCall {
    mutating func set(_ options: SendOptions) {
        if let target = options.replyTo {
            set("reply_parameters", .object(["message_id": .integer(target), "allow_sending_without_reply": .boolean(true)]))
        }
        set("disable_notification", flag: options.isSilent)
        set("protect_content", flag: options.isProtected)
        set("reply_markup", options.markup?.json)
    }

    mutating func setLinkPreview(_ shown: Bool) {
        if !shown { set("link_preview_options", .object(["is_disabled": .boolean(true)])) }
    }
}
