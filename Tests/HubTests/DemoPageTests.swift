import Foundation
import HubTesting
import Testing

/// The demo as a newcomer sees it: the chat page in a real browser, the hub and the agent behind it.
///
/// With `ORCHESTRATIA_SCREENSHOT=docs/chat-page.png` it also takes the picture that the README shows.
@Suite(.serialized, .timeLimit(.minutes(5)), .enabled(if: Browser.isInstalled)) struct DemoPageTests {
    @Test func `a task goes from the chat to the agent and back, its plan approved by button`() async throws {
        let (demo, printed) = try await HubProgram.launch(["demo"], untilItPrints: "Stop with Ctrl-C")
        let address = try #require(printed.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("http://127.0.0.1:") })
        let browser = try await Browser.launch()
        do {
            let page = try await browser.open(String(address), width: 1000, height: 900)
            try await page.wait(until: "document.body.innerText.includes('administrator of this hub')")
            try await page.type("/new Fix the login redirect !high !plan repo:web", into: "#text")
            try await page.press("Enter")
            try await page.click(".keyboard button", text: "Approve")
            try await page.wait(until: "document.body.innerText.includes('Approved by Ada')")
            try await page.click(".keyboard button", text: "Keep the old links")
            try await page.wait(until: "document.body.innerText.includes('About the old links you said')")
            #expect(await page.problems() == [])
            if let path = ProcessInfo.processInfo.environment["ORCHESTRATIA_SCREENSHOT"] {
                try await page.show(width: 1000, height: 1480)
                try await page.wait(until: "!document.querySelector('#toast.shown') && document.getAnimations().length === 0")
                try await page.screenshot().write(to: URL(fileURLWithPath: path))
            }
            // Two clicks make the sample pipeline.
            try await page.click("#samples button", text: "Send a pipeline of 12 tasks")
            try await page.click(".keyboard button", text: "Create 12 tasks")
            try await page.wait(until: "document.body.innerText.includes('of 12 done')")
            #expect(await page.problems() == [])
        } catch {
            demo.terminate()
            await demo.ended()
            await browser.close()
            throw error
        }
        await browser.close()
        demo.terminate()
        #expect(await demo.ended() == 0)
    }
}
