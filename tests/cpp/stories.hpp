// Every file of stories, by the noun it is about.
#ifndef TDSAUTH_TESTS_STORIES_HPP
#define TDSAUTH_TESTS_STORIES_HPP

void login_stories();
void object_stories();
void account_stories();
void binding_stories();
void change_stories();
void link_stories();
void query_stories();
void owner_stories();
void host_stories();
void import_stories();
void mac_stories();
void taptap_stories();
void leak_stories();

#endif
