# Tasks for a Celery worker whose broker is a folder.
import os
import sys

from celery import Celery

folder = os.environ["TASKS_FOLDER"]
queue = os.path.join(folder, "queue")
app = Celery("tasks", broker="filesystem://")
app.conf.broker_transport_options = {
    "data_folder_in": queue,
    "data_folder_out": queue,
    "processed_folder": os.path.join(folder, "processed"),
}


@app.task
def note(text):
    with open(os.path.join(folder, "noted"), "a") as file:
        file.write(text + "\n")


if __name__ == "__main__":
    note.delay(sys.argv[1])
