/* Every file of stories, by the noun it is about. */
#ifndef TDSAUTH_TESTS_STORIES_H
#define TDSAUTH_TESTS_STORIES_H

void library_stories(void);
void login_stories(void);
void session_stories(void);
void object_stories(void);
void write_stories(void);
void query_stories(void);
void string_stories(void);
void struct_stories(void);
void handle_stories(void);
void pointer_stories(void);
void text_stories(void);
void request_stories(void);
void delivery_stories(void);
void waiting_stories(void);
void ending_stories(void);
void http_stories(void);
void folder_stories(void);
void option_stories(void);
void log_stories(void);
void tls_stories(void);
void mac_stories(void);
void taptap_stories(void);
void account_stories(void);
void binding_stories(void);
void leak_stories(void);

#endif
