"""A small complete GTFS network, written as its operator would."""

import io
import zipfile

AGENCY = "agency_id,agency_name,agency_url,agency_timezone\n1,TBM,http://tbm.example,Europe/Paris\n"
# A and B in the west, C and D in the east; the file begins with a byte order mark
STOPS = (
    "\ufeffstop_id,stop_name,stop_lat,stop_lon\n"
    'A,"Arènes, quai 1",44.80,-0.60\nB,Bastide,44.81,-0.59\nC,Cenon,44.85,-0.52\nD,Dépôt,,\n'
)
# weekdays and Saturdays in March 2024, when the clock goes forward on Sunday 31
CALENDAR = (
    "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
    "week,1,1,1,1,1,0,0,20240301,20240402\n"
    "night,0,0,0,0,0,1,1,20240301,20240402\n"
)
CALENDAR_DATES = "service_id,date,exception_type\nweek,20240401,2\nnight,20240401,1\n"
TRIPS = "route_id,service_id,trip_id\n1,week,w1\n1,week,w2\n1,night,n1\n2,week,f1\n"
STOP_TIMES = (
    "trip_id,arrival_time,departure_time,stop_id,stop_sequence,pickup_type\n"
    "w1,08:00:00,08:00:00,A,1,\nw1,,,B,2,0\nw1,08:20:00,08:20:00,C,3,0\n"
    # stops of a trip need not be written in their order, nor times with two digits
    "w2,9:30:00,9:30:00,C,10,0\nw2,9:00:00,9:00:00,A,2,0\nw2,9:10:00,9:10:00,B,9,1\n"
    "n1,24:30:00,24:30:00,A,1,0\nn1,25:10:00,25:10:00,B,2,0\nn1,25:40:00,25:40:00,C,3,0\n"
    "f1,00:00:00,00:00:00,B,1,0\nf1,00:05:00,00:05:00,C,2,0\nf1,00:09:00,00:09:00,A,3,0\n"
    "ghost,10:00:00,10:00:00,A,1,0\nghost,10:05:00,10:05:00,B,2,0\n"
)
# four times between 10:00 and 10:50 (the end is not included), then twice
FREQUENCIES = (
    "trip_id,start_time,end_time,headway_secs\n"
    "f1,10:00:00,10:48:00,720\nf1,17:00:00,18:00:00,1800\n"
)
FILES = {
    "agency.txt": AGENCY,
    "stops.txt": STOPS,
    "calendar.txt": CALENDAR,
    "calendar_dates.txt": CALENDAR_DATES,
    "trips.txt": TRIPS,
    "stop_times.txt": STOP_TIMES,
    "frequencies.txt": FREQUENCIES,
}
# what passes where on a day of the week: w1 (A, B), w2 (A alone: nobody boards at B, C is its
# end), f1 six times (B, C)
WEEKDAY = {"A": 2, "B": 7, "C": 6}


def zipped(**changes: str | None) -> bytes:
    """The network as a zip; `stop_times=None` leaves that file out, a text replaces it."""
    files = FILES | {f"{name}.txt": text for name, text in changes.items()}
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            if text is not None:
                archive.writestr(name, text)
    return body.getvalue()


# A line of two directions every ten minutes from 7h to 19h on weekdays; at the third stop nothing
# from 12h to 13h, and all get off at the last
OFTEN = {
    "stops": "stop_id,stop_lat,stop_lon\nP,45.20,-0.50\nQ,45.20,-0.45\nR,45.20,-0.40\nS,45.20,-0.35\n",
    "trips": "route_id,service_id,trip_id\n1,week,am\n1,week,noon\n1,week,pm\n",
    "stop_times": "trip_id,departure_time,stop_id,stop_sequence\n"
    + "".join(
        f"{trip},{at},{stop},{n}\n"
        for trip, stops in (("am", "PQRS"), ("noon", "PQS"), ("pm", "PQRS"))
        for n, (at, stop) in enumerate(
            zip(("0:00:00", "0:02:00", "0:04:00", "0:06:00"), stops, strict=False)
        )
    ),
    "frequencies": "trip_id,start_time,end_time,headway_secs\n"
    "am,7:00:00,12:00:00,600\nnoon,12:00:00,13:00:00,600\npm,13:00:00,19:00:00,600\n",
}
