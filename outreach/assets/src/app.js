// The pages' liveliness. Each module looks after one thing; without any of them every page still works.
import "./wire.js";
import { startDialogs } from "./dialogs.js";
import { startLists } from "./lists.js";
import { startLooks } from "./looks.js";
import { startMentions } from "./mentions.js";
import { startMenus } from "./menus.js";
import { startSearch } from "./search.js";
import { startShortcuts } from "./shortcuts.js";
import { startToasts } from "./toasts.js";
import { startCopying } from "./copying.js";
import { startTopics } from "./topics.js";

startDialogs();
startMenus();
startToasts();
startLists();
startLooks();
startCopying();
startShortcuts();
startMentions();
startSearch();
startTopics();
