import Foundation

extension World {
    /// An inline button.
    package struct Button: Sendable, Equatable {
        package enum Action: Sendable, Equatable {
            /// 1–64 bytes that come back when it is pressed.
            case callback(String)
            case url(String)
            case copy(String)
            case webApp(String)
            case other(String)
        }
        package let text: String
        package let action: Action
        /// `danger`, `success` or `primary`.
        package var style: String?
    }

    /// What a message does to the reader's input field.
    package enum Prompt: Sendable, Equatable {
        case reply(placeholder: String?, selective: Bool)
        case keyboard(rows: [[String]], placeholder: String?, oneTime: Bool)
        case removeKeyboard
    }

    /// A press on a button that waits for its answer.
    package struct Callback: Sendable, Equatable {
        package struct Answer: Sendable, Equatable {
            package let text: String?
            package let showAlert: Bool
            package let url: String?

            package init(text: String?, showAlert: Bool = false, url: String? = nil) {
                (self.text, self.showAlert, self.url) = (text, showAlert, url)
            }
        }
        package let id: String
        package let bot: Bot.ID
        package let person: Person.ID
        package let chat: Chat.ID
        package let message: Int
        package let expires: Date
        package internal(set) var answer: Answer?
    }
}
