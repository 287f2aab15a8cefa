import Foundation

extension World {
    /// A message as all who are in the chat see it.
    package struct Message: Sendable, Identifiable, Equatable {
        package enum Sender: Hashable, Sendable {
            case person(Person.ID)
            case bot(Bot.ID)

            package var number: Int64 {
                switch self {
                case .person(let id), .bot(let id): id
                }
            }
        }

        /// What the message looked like before an edit.
        package struct Version: Sendable, Equatable {
            package let text: String
            package let entities: [Entity]
            package let keyboard: [[Button]]
            package let date: Date
        }

        package let id: Int
        package let chat: Chat.ID
        package let sender: Sender
        package let date: Date
        package internal(set) var editDate: Date?
        /// The text, or the caption of a document or photo; after parsing and trimming.
        package internal(set) var text: String
        package internal(set) var entities: [Entity] = []
        /// The topic's id; `nil` in General and where there are no topics.
        package internal(set) var thread: Int?
        package internal(set) var replyTo: Int?
        package internal(set) var quote: String?
        /// Rows of inline buttons; empty for none.
        package internal(set) var keyboard: [[Button]] = []
        package internal(set) var prompt: Prompt?
        package internal(set) var attachment: Attachment?
        /// One emoji per account.
        package internal(set) var reactions: [Sender: String] = [:]
        package internal(set) var isSilent = false
        package internal(set) var isProtected = false
        package internal(set) var hidesLinkPreview = false
        package internal(set) var service: Service?
        /// What it was before each edit, oldest first.
        package internal(set) var versions: [Version] = []

        package var isFromBot: Bool { if case .bot = sender { true } else { false } }
        /// The labels of the inline buttons, row by row.
        package var buttons: [String] { keyboard.joined().map(\.text) }

        /// The first button with this label, or else with this callback data.
        package func button(_ labelOrData: String) -> Button? {
            let all = keyboard.joined()
            return all.first { $0.text == labelOrData } ?? all.first { $0.action == .callback(labelOrData) }
        }
    }

    /// Formatting of a stretch of text; offset and length in UTF-16 code units.
    package struct Entity: Sendable, Equatable {
        /// The Bot API's name: `bold`, `code`, `pre`, `text_link`, `bot_command` …
        package let kind: String
        package let offset: Int
        package let length: Int
        package var url: String?
        package var language: String?
        package var user: Int64?

        package init(_ kind: String, offset: Int, length: Int, url: String? = nil, language: String? = nil, user: Int64? = nil) {
            (self.kind, self.offset, self.length) = (kind, offset, length)
            (self.url, self.language, self.user) = (url, language, user)
        }

        var end: Int { offset + length }
    }

    /// What a message tells when nobody wrote it.
    package enum Service: Sendable, Equatable {
        case joined([Int64])
        case left(Int64)
        case topicCreated(name: String, iconColor: Int64)
        case topicEdited(name: String)
        case topicClosed, topicReopened
        case migratedTo(Int64)
        case migratedFrom(Int64)
    }

    /// A file that came with a message.
    package struct Attachment: Sendable, Equatable {
        package enum Kind: String, Sendable { case document, photo }
        package let kind: Kind
        /// Key into ``World/files``.
        package let file: Int
        package let name: String
        package let mimeType: String
        /// Pixels; 0 for documents.
        package let width: Int
        package let height: Int
    }

    package struct StoredFile: Sendable, Identifiable {
        package let id: Int
        package let name: String
        package let mimeType: String
        package let bytes: [UInt8]
        let folder: String
        var path: String {
            let suffix = name.split(separator: ".").last.map(String.init) ?? "bin"
            return "\(folder)/file_\(id).\(suffix.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) } ? suffix : "bin")"
        }
    }
}
