package android.app;

import android.content.Context;
import android.content.Intent;
import android.os.Bundle;
import android.view.View;
import android.view.ViewGroup;

/** Stub: remembers what was asked of it. */
public class Activity extends Context {
    public Intent started;
    public View content;
    public boolean isFinished;
    private Intent intent;

    public void setIntent(Intent value) {
        intent = value;
    }

    public Intent getIntent() {
        return intent;
    }

    public void startActivity(Intent value) {
        started = value;
    }

    public void runOnUiThread(Runnable action) {
        action.run();
    }

    public void finish() {
        isFinished = true;
    }

    public void setContentView(View view, ViewGroup.LayoutParams layout) {
        content = view;
    }

    public void onBackPressed() {
        finish();
    }

    protected void onCreate(Bundle saved) {
    }

    protected void onDestroy() {
    }
}
