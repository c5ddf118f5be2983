package android.content;

import java.util.HashMap;
import java.util.Map;

/** Stub: a bag of extras. */
public class Intent {
    public final Class<?> target;
    private final Map<String, Object> extras = new HashMap<>();

    public Intent(Context from, Class<?> target) {
        this.target = target;
    }

    public Intent putExtra(String name, String value) {
        extras.put(name, value);
        return this;
    }

    public Intent putExtra(String name, int value) {
        extras.put(name, value);
        return this;
    }

    public String getStringExtra(String name) {
        return (String) extras.get(name);
    }

    public int getIntExtra(String name, int otherwise) {
        Object value = extras.get(name);
        return value == null ? otherwise : (Integer) value;
    }
}
