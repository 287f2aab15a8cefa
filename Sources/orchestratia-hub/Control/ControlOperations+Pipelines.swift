import HubCore
import HubService
import WireProtocol

extension ControlOperations {
    /// A dry run: what would come of the document, or everything that is wrong with it.
    func checkPipeline(_ document: String, in project: Project) async throws -> String {
        let text: PipelineText
        do { text = try PipelineText(document) } catch { throw ConfigurationError(error.description) }
        let draft = PipelineDraft(json: text.json)
        let report = try await hub.ask(CheckPipeline(project: project.id, pipeline: draft.pipeline, faults: draft.faults), as: .hub)
        guard report.faults.isEmpty else { throw ConfigurationError(text.lines(of: report.faults).joined(separator: "\n")) }
        return (["valid"] + report.summary).joined(separator: "\n")
    }
}
