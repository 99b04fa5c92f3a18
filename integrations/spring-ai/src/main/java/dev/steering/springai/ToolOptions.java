package dev.steering.springai;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;

/** What Spring AI's clients say of tools, kept so that the chat model can refuse it. Can be changed, and is not thread-safe while it is. */
abstract class ToolOptions implements ToolCallingChatOptions {
    private List<ToolCallback> toolCallbacks = new ArrayList<>();
    private Set<String> toolNames = new LinkedHashSet<>();
    private Map<String, Object> toolContext = new LinkedHashMap<>();
    private @Nullable Boolean internalToolExecutionEnabled;

    /** @param said what is copied; null for no tools */
    ToolOptions(@Nullable ToolCallingChatOptions said) {
        if (said != null) {
            toolCallbacks.addAll(said.getToolCallbacks());
            toolNames.addAll(said.getToolNames());
            toolContext.putAll(said.getToolContext());
            internalToolExecutionEnabled = said.getInternalToolExecutionEnabled();
        }
    }

    @Override
    public List<ToolCallback> getToolCallbacks() {
        return toolCallbacks;
    }

    @Override
    public void setToolCallbacks(List<ToolCallback> callbacks) {
        toolCallbacks = new ArrayList<>(callbacks);
    }

    @Override
    public Set<String> getToolNames() {
        return toolNames;
    }

    @Override
    public void setToolNames(Set<String> names) {
        toolNames = new LinkedHashSet<>(names);
    }

    @Override
    public Map<String, Object> getToolContext() {
        return toolContext;
    }

    @Override
    public void setToolContext(Map<String, Object> context) {
        toolContext = new LinkedHashMap<>(context);
    }

    @Override
    public @Nullable Boolean getInternalToolExecutionEnabled() {
        return internalToolExecutionEnabled;
    }

    @Override
    public void setInternalToolExecutionEnabled(@Nullable Boolean enabled) {
        internalToolExecutionEnabled = enabled;
    }
}
